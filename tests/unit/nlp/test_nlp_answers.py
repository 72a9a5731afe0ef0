# ruff: noqa: E501 - a row of the tables is one line.
"""What people type to a question, and what it is read as. Monday 2026-01-05, 10:00, where the contact lives."""

from datetime import datetime

import pytest

from nlp.answers.answer import check_pattern, read_answer
from nlp.folding import look
from nlp.types import AnyText, Choice, Context, Expect, IntentOf, Kind, Nps, Number, Option, Pattern, Rating, Typed, Value, YesNo

NOW = datetime(2026, 1, 5, 10, 0)  # noqa: DTZ001 - wall time, naive by contract


def value_of(
    text: str, expect: Expect, *, country: str | None = None, languages: tuple[str, ...] = ("en",), n_media: int = 0
) -> Value | None:
    fit = read_answer(look(text), Context(expect=expect, now_local=NOW, country=country, languages=languages, n_media=n_media))
    return fit.value if fit else None


def rows(*groups: str) -> list[tuple[str, str]]:
    """Rows of "text = value"; a row may hold several texts, parted by " ; "."""
    pairs = [line.rsplit(" = ", 1) for group in groups for line in group.strip().splitlines()]
    return [(text.strip(), value.strip()) for texts, value in pairs for text in texts.split(" ; ")]


@pytest.mark.parametrize(
    ("text", "expected"),
    rows("""
        👍 ; ✅ ; yes ; Y ; yep! ; yeah why not ; why not ; sure thing ; ok ; yes please ; of course ; no problem ; sounds good ; I guess so ; you are right = yes
        absolutely ; count me in ; that is not false ; yes but after five ; i'd love to = yes
        oui ; ouais ; d'accord ; pourquoi pas ; bien sûr ; avec plaisir ; si ; sí ; claro ; vale ; por supuesto ; ja ; klar ; auf jeden Fall ; warum nicht ; Ja gerne ; doch = yes
        好的 ; 好 ; 可以 ; 没问题 ; 当然 ; 嗯 ; 是的 = yes
        👎 ; no ; n ; nope ; nah ; not really ; no thanks ; of course not ; absolutely not ; I don't think so ; hell no ; I can't ; no, I have work ; that's not right ; not now = no
        non merci ; pas vraiment ; bien sûr que non ; jamais ; no gracias ; claro que no ; para nada ; nein danke ; eher nicht ; auf keinen Fall = no
        不 ; 不要 ; 不是 ; 没有 ; 不行 ; 不用了 = no
        🤷 ; maybe ; not sure ; idk ; I don't know ; perhaps ; it depends ; no idea ; yes and no = maybe
        peut-être ; je sais pas ; quizás ; tal vez ; no sé ; vielleicht ; keine Ahnung ; 可能 ; 不知道 ; 看情况 = maybe
        what? ; I have work in the morning ; the blue one ; I never miss a game ; y qué más = None
    """),
)
def test_yes_no(text: str, expected: str) -> None:
    assert str(value_of(text, YesNo())) == expected


DRINK = Choice(
    options=(
        Option(key="flat_white", label="Flat white", says=("a", "flat white")),
        Option(key="cold_brew", label="Cold brew", says=("b", "cold brew")),
        Option(key="tea", label="Tea"),
        Option(key="espresso", label="Espresso"),
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    rows("""
        B. ; b) cold brew ; the second one ; option 2 ; #2 ; 2nd ; two ; 2️⃣ ; 🅱️ ; cold brew pls ; COLD BREW ; cold_brew ; the cold one ; ok b ; b then = cold_brew
        la deuxième ; la b por favor ; der zweite ; 第二个 ; 我要第二个 ; 选2 ; 二 = cold_brew
        tea ; tea please ; a tea ; I'd like a tea thanks ; teas ; number 3 ; tea instead of espresso = tea
        expresso ; Espreso ; the last one ; tea, no wait, espresso ; no tea, espresso = espresso
        a ; A! ; first = flat_white
        not tea ; I don't want tea ; a or b ; flat white or cold brew ; tea and espresso ; both ; a) cold brew ; 5 ; what's in the cold brew? ; none ; coffee = None
    """),
)
def test_choice(text: str, expected: str) -> None:
    assert str(value_of(text, DRINK)) == expected


TOPICS = Choice(
    options=(Option(key="music", label="Music"), Option(key="sport", label="Sport"), Option(key="food", label="Food")), several=True
)


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("a and c", ("music", "food"), "letters"),
        ("3, 1", ("music", "food"), "figures; the options' order"),
        ("food & sport", ("sport", "food"), "labels; the options' order"),
        ("all of them", ("music", "sport", "food"), "all"),
        ("music", ("music",), "one is a tuple too"),
        ("music or food", None, "left open"),
        ("not music", None, "negated"),
    ],
)
def test_choices(text: str, expected: Value | None, why: str) -> None:
    assert value_of(text, TOPICS) == expected, why


def test_yes_and_no_as_options_are_read_like_a_yes_no_question() -> None:
    options = Choice(options=(Option(key="yes", label="Yes"), Option(key="no", label="No")))
    assert value_of("sure", options) == "yes"
    assert value_of("nah", options) == "no"


@pytest.mark.parametrize(
    ("text", "expected"),
    rows("""
        5 ; five stars!! ; ⭐⭐⭐⭐⭐ ; 5/5 ; 5 out of 5 ; cinq ; cinco estrellas ; fünf Sterne ; 五星 ; ５ ; 5️⃣ ; a 5 ; 5!!! = 5
        2 then, sorry ; two = 2
        4⭐ ; 3, no wait, 4 ; I'd give it a 4 ; 8/10 = 4
        6 ; 0 ; 4.5 ; 3 or 4 ; not 3 ; 7/10 ; great ; 5 for the food, 1 for the service = None
    """),
)
def test_rating(text: str, expected: str) -> None:
    assert str(value_of(text, Rating())) == expected


@pytest.mark.parametrize(
    ("text", "expected"), rows("10 ; ten ; 10/10 ; diez ; zehn ; 十 = 10\n 9 out of 10 ; neuf = 9\n zero = 0\n 11 ; 3/5 ; -1 = None")
)
def test_nps(text: str, expected: str) -> None:
    assert str(value_of(text, Nps())) == expected


@pytest.mark.parametrize(
    ("text", "expect", "expected", "why"),
    [
        ("two people", Number(min=1, max=20, integer=True), 2, "a word left over"),
        ("we are four", Number(min=1, max=20, integer=True), 4, "within a sentence"),
        ("a dozen", Number(min=1, max=20, integer=True), 12, "twelve"),
        ("dix-sept", Number(min=1, max=20, integer=True), 17, "French, two words in one"),
        ("einundzwanzig", Number(), 21, "German, units first"),
        ("quatre-vingt-dix-sept", Number(), 97, "French, four words in one"),
        ("treinta y cinco", Number(), 35, "Spanish, with y"),
        ("一百二十", Number(), 120, "Chinese powers"),
        ("two hundred and fifty", Number(), 250, "English, with and"),
        ("1,000", Number(), 1000, "a comma for thousands"),
        ("3k", Number(), 3000, "thousands"),
        ("21", Number(min=1, max=20), None, "above the bound"),
        ("-3", Number(min=0), None, "below the bound"),
        ("2.5", Number(integer=True), None, "no integer"),
        ("2 or 3", Number(), None, "left open"),
        ("2-3", Number(), None, "a range"),
        ("not 4", Number(), None, "negated"),
        ("一共五个人", Number(), 5, "the first sign belongs to a word"),
        ("two adults, one kid", Number(), None, "two numbers"),
        ("none of your business", Number(), None, "no number"),
    ],
)
def test_number(text: str, expect: Number, expected: Value | None, why: str) -> None:
    assert value_of(text, expect) == expected, why


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [("1,5", 1.5, "a decimal comma"), ("1.000", 1000, "a point for thousands"), ("1.5", 1.5, "a point, after all")],
)
def test_numbers_where_the_comma_is_decimal(text: str, expected: Value, why: str) -> None:
    assert value_of(text, Number(), languages=("fr",)) == expected, why


@pytest.mark.parametrize(
    ("text", "expected"),
    rows("""
        tomorrow ; tmrw ; demain ; mañana ; morgen ; 明天 = 2026-01-06
        friday ; on friday please ; el viernes ; Freitag ; 星期五 = 2026-01-09
        next tues ; nächsten Dienstag ; 下周二 ; mardi prochain = 2026-01-13
        el próximo viernes ; vendredi prochain ; this friday ; 这周五 ; Fri 9 Jan ; 9.1. ; 1月9号 = 2026-01-09
        下周五 = 2026-01-16
        in two weeks ; in 14 days = 2026-01-19
        pasado mañana ; übermorgen ; après-demain ; 后天 ; the day after tomorrow = 2026-01-07
        dans 3 jours ; 3天后 = 2026-01-08
        May 3rd ; 3 May ; 3 de mayo ; 3. Mai ; 5月3日 ; 2026-05-03 = 2026-05-03
        the 15th ; le 15 = 2026-01-15
        2 january = 2027-01-02
        31/2 ; monday or tuesday ; whenever ; I sat down ; not tomorrow = None
    """),
)
def test_dates(text: str, expected: str) -> None:
    assert str(value_of(text, Typed(Kind.DATE))) == expected


def test_month_and_day_change_places_with_the_country() -> None:
    assert value_of("3/4", Typed(Kind.DATE), country="US") == "2026-03-04"
    assert value_of("3/4", Typed(Kind.DATE), country="FR") == "2026-04-03"


def test_without_a_clock_only_a_whole_date_fits() -> None:
    context = Context(expect=Typed(Kind.DATE))
    assert read_answer(look("tomorrow"), context) is None
    fit = read_answer(look("2026-05-03"), context)
    assert fit is not None
    assert fit.value == "2026-05-03"


@pytest.mark.parametrize(
    ("text", "expected"),
    rows("""
        3pm ; 3 p.m. ; 15h ; 15:00 ; at 3 ; a las 3 de la tarde ; 下午三点 = 15:00
        half 3 ; half past 3 ; 3:30pm ; 15h30 ; 下午三点半 ; 3 et demie = 15:30
        halb drei = 14:30
        quarter to 4 ; viertel vor 4 = 15:45
        noon ; midi = 12:00
        midnight ; 12am = 00:00
        8 in the evening ; 8 du soir ; 晚上8点 ; 20h = 20:00
        10am ; 10 ; dix heures ; 上午十点 = 10:00
        14.30 Uhr = 14:30
        ten thirty = 10:30
        25:00 ; 3 or 4 ; soon = None
    """),
)
def test_times(text: str, expected: str) -> None:
    assert str(value_of(text, Typed(Kind.TIME))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    rows("""
        next tues at half 3 = 2026-01-13T15:30
        tomorrow 3pm ; demain à 15h = 2026-01-06T15:00
        下周五下午三点 = 2026-01-16T15:00
        tonight at 9 = 2026-01-05T21:00
        mañana por la mañana a las 9 ; 明天早上9点 = 2026-01-06T09:00
        Freitag um 14 Uhr = 2026-01-09T14:00
        friday ; some time = None
    """),
)
def test_dates_with_times(text: str, expected: str) -> None:
    assert str(value_of(text, Typed(Kind.DATETIME))) == expected


@pytest.mark.parametrize(
    ("text", "kind", "country", "expected", "why"),
    [
        ("my email is Ana.B@Example.COM.", Kind.EMAIL, None, "Ana.B@example.com", "the host in small letters"),
        ("ana at example dot com", Kind.EMAIL, None, "ana@example.com", "spelled"),
        ("a@b.co, c@d.co", Kind.EMAIL, None, None, "two"),
        ("(415) 555-2671", Kind.PHONE, "US", "+14155552671", "of the contact's country"),
        ("+44 20 7946 0958", Kind.PHONE, None, "+442079460958", "with its prefix"),
        ("12", Kind.PHONE, "US", None, "too short"),
        ("sw1a1aa", Kind.POSTCODE, "GB", "SW1A 1AA", "in its usual form"),
        ("zip is 94107", Kind.POSTCODE, "US", "94107", "with a word"),
        ("9410", Kind.POSTCODE, "US", None, "too short"),
        ("20 bucks", Kind.MONEY, "US", 20, "a word for dollars"),
        ("$12.50", Kind.MONEY, "US", 12.5, "a sign"),
        ("20元", Kind.MONEY, "CN", 20, "yuan"),
        ("I'm Maria", Kind.NAME, None, "Maria", "introduced"),
        ("my name is maria lopez", Kind.NAME, None, "Maria Lopez", "capitals"),
        ("je m'appelle Zoé", Kind.NAME, None, "Zoé", "French"),
        ("我叫王小明", Kind.NAME, None, "王小明", "Chinese"),
        ("O'Brien", Kind.NAME, None, "O'Brien", "an apostrophe"),
        ("what?", Kind.NAME, None, None, "a question"),
        ("no", Kind.NAME, None, None, "an answer"),
        ("here", Kind.PHOTO, None, None, "no picture"),
    ],
)
def test_other_kinds(text: str, kind: Kind, country: str | None, expected: Value | None, why: str) -> None:
    assert value_of(text, Typed(kind), country=country) == expected, why


def test_a_picture_fits_whatever_stands_beside_it() -> None:
    assert value_of("", Typed(Kind.PHOTO), n_media=2) == 2


def test_patterns_match_the_whole_text() -> None:
    assert value_of(" AB1234 ", Pattern(r"[A-Z]{2}\d{4}")) == "AB1234"
    assert value_of("AB12345", Pattern(r"[A-Z]{2}\d{4}")) is None
    assert check_pattern(r"[A-Z]{2}\d{4}") is None
    assert "linear" in str(check_pattern(r"(a)\1"))


def test_any_text_is_trimmed_and_never_exact() -> None:
    fit = read_answer(look("  hello there "), Context(expect=AnyText()))
    assert fit is not None
    assert (fit.value, fit.exact) == ("hello there", False)


@pytest.mark.parametrize(
    ("text", "expect", "expected"),
    [
        ("B, please!", DRINK, True),
        ("cold brew because it is hot outside", DRINK, False),
        ("5 stars!!", Rating(), True),
        ("5, the waiter was lovely", Rating(), False),
        ("yes please", YesNo(), True),
        ("yes but only after the holidays", YesNo(), False),
        ("expresso", DRINK, False),
    ],
)
def test_exact_means_that_nothing_is_left_over(text: str, expect: Expect, expected: bool) -> None:
    fit = read_answer(look(text), Context(expect=expect, now_local=NOW))
    assert fit is not None
    assert fit.exact is expected


KINDS: list[Expect] = [
    AnyText(),
    YesNo(),
    DRINK,
    TOPICS,
    Number(),
    Rating(),
    Nps(),
    Pattern(".*"),
    IntentOf(("a",)),
    *(Typed(kind) for kind in Kind),
]


@pytest.mark.parametrize("expect", KINDS, ids=repr)
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "🛑" * 800,
        "a" * 1600,
        "1 " * 800,
        "\ufffd" * 1600,
        "不要再" * 500,
        "( " * 800,
        "five " * 320,
        "-" * 1600,
        "e@" * 800,
        "½ ¾ ²",
        "9" * 400,
    ],
)
def test_no_text_breaks_a_reader(text: str, expect: Expect) -> None:
    read_answer(look(text), Context(expect=expect, now_local=NOW, country="US"))


SLANG = {
    "yes": "yaas ; def ; defo ; fo sho ; bet ; 100% ; you got it ; will do ; yessss ; ouiii ; jaaa ; by all means ; it is ; i certainly do",
    "no": "nty ; nvm ; def not ; i doubt it ; afraid not ; leider nicht ; pas aujourd'hui ; it's not ; under no circumstances ; that's a hard no",
    "maybe": "hmm ; will see ; don't know yet ; could go either way ; 再说 ; tbd ; maybe it does",
}


@pytest.mark.parametrize(("value", "text"), [(value, text) for value, texts in SLANG.items() for text in texts.split(" ; ")])
def test_yes_no_and_maybe_as_people_type_them(value: str, text: str) -> None:
    fit = read_answer(look(text), Context(expect=YesNo()))
    assert fit is not None
    assert fit.value == value


@pytest.mark.parametrize("text", ["can you call me", "100 of them please", "bet you are closed on sunday"])
def test_a_yes_only_by_itself(text: str) -> None:
    assert read_answer(look(text), Context(expect=YesNo())) is None
