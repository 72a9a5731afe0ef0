"""The cells of a contacts file: what is taken, what is not and why; what a spreadsheet could take for a formula."""

import io
from collections.abc import Iterable

import pytest

from bot.contacts_file import write_rejected
from bot.contacts_rows import Rejected, Row, _records, e164, guarded, read_rows, unguarded


def _sorted_out(lines: Iterable[str], country: str) -> tuple[list[Row], list[Rejected]]:
    """The rows to be taken, and those that are not."""
    rows = list(read_rows(lines, country))
    return [row for row in rows if isinstance(row, Row)], [row for row in rows if isinstance(row, Rejected)]


NUMBERS = [
    ("+14155550101", "US", "+14155550101", "as it is"),
    ("(415) 555-0101", "US", "+14155550101", "as people write it"),
    ("06 12 34 56 78", "FR", "+33612345678", "without the country"),
    ("+49 30 901820", "US", "+4930901820", "another country's"),
    ("+1 415 555 0101 ext. 5", "US", "+14155550101", "an extension gets no texts"),
    ("1.41555E+10", "US", None, "a spreadsheet rounded it"),
    ("1,41555E+10", "US", None, "a German spreadsheet rounded it"),
    ("+1415555", "US", None, "too short"),
    ("hello", "US", None, "no number"),
    ("", "US", None, "nothing"),
    ("4155550101", "XX", None, "a country that is none"),
]


@pytest.mark.parametrize(("text", "country", "number", "why"), NUMBERS)
def test_numbers(text: str, country: str, number: str | None, why: str) -> None:
    assert e164(text, country) == number, why


ROWS = [
    ("+14155550101,Maya,,,", None),
    ("nonsense,Maya,,,", '"nonsense" is no telephone number; write it as +14155550101'),
    (",,,,x", '"" is no telephone number; write it as +14155550101'),
    ("+14155550101,Maya,Mars/Base,,", '"Mars/Base" is no time zone; write one as Europe/Paris'),
    ("+14155550101,Maya,,in,", "consent is `in` without a proof; say in `proof` who agreed, when and how"),
    ("+14155550101,Maya,,IN,web form 2026-01-02", None),
    ("+14155550101,Maya,,yes,web form", 'consent is "yes"; write in, out or nothing'),
    ("+14155550101,Maya,,out,", None),
    (f"+14155550101,{'a' * 201},,,", "first_name is longer than 200 characters"),
    ('+14155550101,"Ma\nya",,,', "first_name has a line break; is a quote left open?"),
    ("+14155550101,Maya,,,,more", "it has 6 cells, and the file 5 columns; put a cell with a comma in quotes"),
    ("+14155550101,Ma\0ya,,,", "a cell holds a NUL character"),
    ('+14155550101,Ma"ya"x,,,', None),
    ('+14155550101,"Ma"ya,,,', "a quote is opened and not closed, or stands inside a cell; write it twice there"),
]


@pytest.mark.parametrize(("line", "reason"), ROWS)
def test_rows(line: str, reason: str | None) -> None:
    lines = io.StringIO(f"phone,first_name,zone,consent,proof\n{line}\n", newline="")
    good, rejected = _sorted_out(lines, "US")
    assert [bad.reason for bad in rejected] == ([reason] if reason else [])
    assert len(good) == (reason is None)


PLACES = [
    ("us", "us", None, "case is no matter"),
    ("USA", "en", '"USA" is no country; write two letters, as US or FR', "three letters"),
    ("US", "english", '"english" is no language; write it as en or fr', "a word"),
    ("US", "pt-BR", None, "with a region"),
]


@pytest.mark.parametrize(("country", "language", "reason", "why"), PLACES)
def test_country_and_language(country: str, language: str, reason: str | None, why: str) -> None:
    lines = io.StringIO(f"phone,country,language\n4155550101,{country},{language}\n", newline="")
    good, rejected = _sorted_out(lines, "GB")
    assert [bad.reason for bad in rejected] == ([reason] if reason else []), why
    if not reason:
        assert good[0].columns == {"country": country.upper(), "language": language.lower()}, why
        assert good[0].phone == "+14155550101", "read as one of the row's own country"


def test_an_open_quote_swallows_nobody() -> None:
    text = 'phone,first_name\n+14155550101,"Maya\n+14155550102,Tom\n+14155550103,"Ana ""the boss"" L."\n'
    records = list(_records(text.splitlines(keepends=True)))
    assert records == [
        (1, ["phone", "first_name"], ""),
        (2, None, '+14155550101,"Maya'),
        (3, ["+14155550102", "Tom"], ""),
        (4, ["+14155550103", 'Ana "the boss" L.'], ""),
    ]


def test_a_cell_may_hold_lines_and_the_next_rows_keep_their_number() -> None:
    text = 'phone,address\n+14155550101,"1 Main St\nSpringfield"\nbad,x\n'
    good, rejected = _sorted_out(io.StringIO(text, newline=""), "US")
    assert good[0].fields == {"address": "1 Main St\nSpringfield"}
    assert [bad.line for bad in rejected] == [4]


def test_known_columns_in_any_case_and_the_rest_become_fields() -> None:
    text = " Phone ,FIRST_NAME,Shoe size,appointment,\n+14155550101, Maya ,38,2026-03-06T15:30,\n"
    good, rejected = _sorted_out(io.StringIO(text, newline=""), "US")
    assert not rejected
    assert good[0].columns == {"first_name": "Maya"}
    assert good[0].fields == {"Shoe size": "38", "appointment": "2026-03-06T15:30"}


def test_a_mended_file_of_rejected_rows_is_taken_as_it_is() -> None:
    out = io.StringIO(newline="")
    write_rejected([Rejected(3, {"phone": "415 555", "vip": "yes"}, "no number")], out)
    mended = out.getvalue().replace("415 555", "415 555 0101")
    good, rejected = _sorted_out(io.StringIO(mended, newline=""), "US")
    assert not rejected
    assert good[0].fields == {"vip": "yes"}, "reason and line are no fields"


CELLS = [
    ("=HYPERLINK(1)", "'=HYPERLINK(1)", "a formula"),
    ("@SUM(1)", "'@SUM(1)", "a formula of old"),
    ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0", "a command"),
    ("-2+3", "'-2+3", "a sum"),
    ("'=1", "''=1", "guarded already by somebody"),
    ("-5", "-5", "a number"),
    ("+14155550101", "+14155550101", "a phone number"),
    ("2026-03-06", "2026-03-06", "a date"),
    ("O'Brien", "O'Brien", "a name"),
    ("", "", "nothing"),
]


@pytest.mark.parametrize(("text", "cell", "why"), CELLS)
def test_no_cell_is_a_formula_and_none_is_changed_by_the_round_trip(text: str, cell: str, why: str) -> None:
    assert guarded(text) == cell, why
    assert unguarded(cell) == text, why
