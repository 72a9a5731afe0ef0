# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""How people are reached: e-mail addresses, telephone numbers, postcodes."""

import re

import phonenumbers

from nlp.answers.fit import POLITE, Fit, exact, likely
from nlp.folding import Folded, word_set

_LETTER = "a-z0-9\u00c0-\u1fff"  # of a domain; not Chinese, which is written around an address without a space
_EMAIL = re.compile(
    rf"(?<![a-z0-9_.+-])[a-z0-9][a-z0-9_.+%'~$&-]{{0,63}}@(?:[{_LETTER}-]{{1,63}}\.){{1,4}}[a-z]{{2,24}}(?![a-z0-9_@-])", re.IGNORECASE
)
_SPOKEN_AT = re.compile(
    r"\s*(?:(?<=\s)@\s|\s@(?=\s)|(?<=\w)@ (?=\w)|(?<=\w) @(?=\w)|\((?:at|ät|a)\)|\[(?:at|ät|a)\]|\s(?:at|ät|arobase|arrobas?)\s)\s*",
    re.IGNORECASE,
)
_SPOKEN_DOT = re.compile(r"\s*(?:\((?:dot|punkt|point|punto)\)|\[(?:dot|punkt)\]|\s(?:dot|point|punto|punkt)\s)\s*", re.IGNORECASE)
_SPOKEN_SIGNS = (
    (re.compile(r"\s+(?:underscore|tiret du bas|guion bajo|unterstrich)\s+", re.IGNORECASE), "_"),
    (re.compile(r"\s+(?:dash|hyphen|minus|tiret|guion|bindestrich)\s+", re.IGNORECASE), "-"),
)
_ADDRESS_FILLERS = POLITE | word_set(
    "my email mail e is its it address me at contact number phone cell mobile on call reach the this mon adresse est c mi correo es numero telefono meine nummer ist lautet tel telephone postcode zip code postal codigo plz postleitzahl yes sure oui si ja here 邮 箱 是 我 的 电 话 手 机 号 码 编 i live in"
)
_PHONE = re.compile(r"\+?\(?\d[\d\s().\-/]{5,24}\d")
_DATE = re.compile(r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?!\d)")
# An O or an I may stand for a figure, where at least one figure is one.
_POSTCODES = {
    "GB": re.compile(r"(?<![a-z\d])([a-z]{1,2}[\doil][a-z\d]?)[\s-]*([\doil][a-z]{2})(?![a-z\d])"),
    "CA": re.compile(r"(?<![a-z\d])([a-z][\doil][a-z])[\s-]?([\doil][a-z][\doil])(?![a-z\d])"),
    "US": re.compile(r"(?<![a-z\d-])(\d{5})(?:[\s-]?(\d{4}))?(?![a-z\d-])"),
    "NL": re.compile(r"(?<![a-z\d])(\d{4})\s?([a-z]{2})(?![a-z\d])"),
}
_DIGITS_OF = {
    "FR": 5,
    "DE": 5,
    "ES": 5,
    "IT": 5,
    "MX": 5,
    "CN": 6,
    "SG": 6,
    "IN": 6,
    "AU": 4,
    "CH": 4,
    "AT": 4,
    "BE": 4,
    "NZ": 4,
    "TW": 5,
    "CO": 6,
}
_JOINED = {"GB": " ", "CA": " ", "US": "-", "NL": " "}
_FIRST_TWO = {"FR": (1, 98), "ES": (1, 52), "DE": (1, 99)}
"""Of the first two figures, the department, province or region: lowest and highest."""


def read_email(text: Folded) -> Fit | None:
    """One e-mail address, in small letters after the @; also spelled "ana at example dot com"."""
    raw = text.raw if re.search(r"\S@\S", text.raw) or len(text.raw) >= 200 else _as_written(text.raw)
    found = {match.group().rstrip("'") for match in _EMAIL.finditer(raw)}
    if len(found) != 1:
        return None
    address = found.pop()
    name, _, domain = address.rpartition("@")
    rest = re.findall(r"\w+", raw.replace(address, " ").lower())
    value = f"{name}@{domain.lower()}"
    return (
        exact(value, "e-mail address")
        if all(word in _ADDRESS_FILLERS for word in rest)
        else likely(value, 0.9, "e-mail address within a sentence")
    )


def _as_written(raw: str) -> str:
    """A spelled address with its signs."""
    written = _SPOKEN_DOT.sub(".", _SPOKEN_AT.sub("@", raw))
    if "@" in written:
        for pattern, sign in _SPOKEN_SIGNS:
            written = pattern.sub(sign, written)
    return written


def read_phone(text: Folded, country: str | None) -> Fit | None:
    """One valid telephone number, in E.164; without a + it is read as one of the contact's country."""
    found: dict[str, str] = {}
    for match in _PHONE.finditer(text.raw):
        if not _DATE.match(match.group()) and (number := _e164(match.group(), country)):
            found[number] = match.group()
    if len(found) != 1:
        return None
    value, written = next(iter(found.items()))
    rest = re.findall(r"[^\W\d_]+|\d+", text.raw.replace(written, " ").lower())
    return (
        exact(value, "telephone number")
        if all(word in _ADDRESS_FILLERS for word in rest)
        else likely(value, 0.9, "telephone number within a sentence")
    )


def _e164(written: str, country: str | None) -> str | None:
    """A valid number as it is dialled in the country; else with the prefix for abroad, or with its country's code but no plus."""
    digits = re.sub(r"\D", "", written)
    abroad = next((digits.removeprefix(prefix) for prefix in ("011", "00") if digits.startswith(prefix)), "")
    for tried in (written, f"+{abroad}" if abroad else "", f"+{digits}" if len(digits) >= 11 and digits[0] != "0" else ""):
        try:
            number = phonenumbers.parse(tried, country) if tried else None
        except phonenumbers.NumberParseException:
            continue
        if number is not None and phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def read_postcode(text: Folded, country: str | None) -> Fit | None:
    """A postcode of the contact's country; where the country is unknown, of a form that leaves little doubt."""
    kinds = [country] if country in _POSTCODES or country in _DIGITS_OF else ["GB", "CA", None]
    for kind in kinds:
        found = {value: match for match in _postcode(kind).finditer(text.lettered) if (value := _postcode_value(match, kind))}
        if len(found) != 1:
            continue
        value, match = next(iter(found.items()))
        rest = text.lettered[: match.start()] + " " + text.lettered[match.end() :]
        words = re.findall(r"[\u3400-\u9fff]|[^\W_]+", rest)
        return (
            exact(value, "postcode")
            if all(word in _ADDRESS_FILLERS for word in words)
            else likely(value, 0.8, "postcode within a sentence")
        )
    return None


def _postcode(kind: str | None) -> re.Pattern[str]:
    if kind in _POSTCODES:
        return _POSTCODES[kind]
    n = _DIGITS_OF.get(kind, 5) if kind else None
    # "F-75011" and "75 011" are written, too.
    figures = r"\d{4,6}" if n is None else rf"\d{{{n}}}" + (r"|\d\d \d{3}" if n == 5 else "")
    return re.compile(rf"(?<![a-z\d])(?:[a-z]{{1,2}}-)?(?<![\d-]-)(?<!\d-)({figures})(?![a-z\d-])")


def _postcode_value(match: re.Match[str], kind: str | None) -> str | None:
    parts = [part for part in match.groups() if part]
    if kind in ("GB", "CA"):
        if not any(letter.isdigit() for letter in match.group()):
            return None
        out, inner = parts
        digit = 2 if kind == "GB" and len(out) > 2 and out[1].isalpha() and out[1] not in "oil" else 1
        if kind == "GB" and len(out) > 2 and out[2].isdigit() and not out[1].isdigit():
            digit = 2
        out = out[:digit] + _figure(out[digit]) + out[digit + 1 :] if digit < len(out) else out
        inner = _figure(inner[0]) + (inner[1:] if kind == "GB" else inner[1] + _figure(inner[2]))
        parts = [out, inner]
    bare = [part.replace(" ", "") for part in parts]
    if kind in _FIRST_TWO and not _FIRST_TWO[kind][0] <= int(bare[0][:2]) <= _FIRST_TWO[kind][1]:
        return None
    return _JOINED.get(kind or "", "").join(bare).upper()


def _figure(letter: str) -> str:
    return {"o": "0", "i": "1", "l": "1"}.get(letter, letter)
