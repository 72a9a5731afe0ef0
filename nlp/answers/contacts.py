# ruff: noqa: E501 - a rule's or a list's words are easier to check on one line.
"""How people are reached and called: e-mail addresses, telephone numbers, postcodes, names."""

import re

import phonenumbers

from nlp.answers.fit import POLITE, Fit, exact, likely
from nlp.folding import Folded, word_set

_EMAIL = re.compile(r"(?<![\w.+-])[a-z0-9][\w.+%'-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![\w@-])", re.IGNORECASE | re.ASCII)
_SPOKEN_AT = re.compile(r"\s*(?:(?<=\s)@\s|\s@(?=\s)|\(at\)|\[at\]|\sat\s|\sarobase\s|\sarroba\s)\s*", re.IGNORECASE)
_SPOKEN_DOT = re.compile(r"\s*(?:\(dot\)|\[dot\]|\sdot\s|\spoint\s|\spunto\s|\spunkt\s)\s*", re.IGNORECASE)
_ADDRESS_FILLERS = POLITE | word_set(
    "my email mail e is its it address me at contact number phone cell mobile on call reach the this mon adresse est c mi correo es numero telefono meine nummer ist lautet tel telephone postcode zip code postal codigo plz postleitzahl yes sure oui si ja here 邮 箱 是 我 的 电 话 手 机 号 码 编 i live in"
)
_PHONE = re.compile(r"\+?\(?\d[\d\s().\-/]{5,24}\d")
_POSTCODES = {
    "GB": re.compile(r"(?<!\w)([a-z]{1,2}\d[a-z\d]?)\s*(\d[a-z]{2})(?!\w)"),
    "CA": re.compile(r"(?<!\w)([a-z]\d[a-z])[\s-]?(\d[a-z]\d)(?!\w)"),
    "US": re.compile(r"(?<!\w)(\d{5})(-\d{4})?(?![\w-])"),
    "NL": re.compile(r"(?<!\w)(\d{4})\s?([a-z]{2})(?!\w)"),
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
_JOINED = {"GB": " ", "CA": " ", "US": "", "NL": " "}


def read_email(text: Folded) -> Fit | None:
    """One e-mail address, in small letters after the @; also spelled "ana at example dot com"."""
    raw = _SPOKEN_DOT.sub(".", _SPOKEN_AT.sub("@", text.raw)) if not re.search(r"\S@\S", text.raw) and len(text.raw) < 200 else text.raw
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


def read_phone(text: Folded, country: str | None) -> Fit | None:
    """One valid telephone number, in E.164; without a + it is read as one of the contact's country."""
    found: dict[str, str] = {}
    for match in _PHONE.finditer(text.raw):
        try:
            number = phonenumbers.parse(match.group(), country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            found[phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)] = match.group()
    if len(found) != 1:
        return None
    value, written = next(iter(found.items()))
    rest = re.findall(r"[^\W\d_]+|\d+", text.raw.replace(written, " ").lower())
    return (
        exact(value, "telephone number")
        if all(word in _ADDRESS_FILLERS for word in rest)
        else likely(value, 0.9, "telephone number within a sentence")
    )


def read_postcode(text: Folded, country: str | None) -> Fit | None:
    """A postcode of the contact's country; where the country is unknown, of a form that leaves little doubt."""
    kinds = [country] if country in _POSTCODES or country in _DIGITS_OF else ["GB", "CA", None]
    for kind in kinds:
        pattern = _POSTCODES.get(kind or "") or re.compile(rf"(?<![\w-])(\d{{{_DIGITS_OF.get(kind, 5) if kind else '4,6'}}})(?![\w-])")
        found = {tuple(part or "" for part in match.groups()): match.group() for match in pattern.finditer(text.lettered)}
        if len(found) != 1:
            continue
        parts, written = next(iter(found.items()))
        value = _JOINED.get(kind or "", "").join(part for part in parts if part).upper()
        rest = re.findall(r"[^\W\d_]|\d+", "") or text.lettered.replace(written, " ").split()
        words = [word.strip(".,!?:;") for word in rest]
        if all(word in _ADDRESS_FILLERS or not word for word in words):
            return exact(value, "postcode")
        return likely(value, 0.8, "postcode within a sentence")
    return None


_NAMED = re.compile(
    r"^\W*(?:(?:hi|hello|hey|salut|bonjour|hola|hallo|yes|sure|oui|si|ja|well|ok)\W+)*(?:(?:my|the)\s+(?:full\s+|first\s+|last\s+)?name(?:'s|s|\s+is)|i\s*['’]?\s*a?m|it\s*['’]?\s*i?s|this\s+is|call\s+me|the\s+name(?:'s|\s+is)|name\s*:|name\s+is|"
    r"je\s+m\s*['’]?\s*appelle|je\s+suis|moi\s+c\s*['’]?\s*est|mon\s+(?:nom|prenom|prénom)\s*(?:est|c['’]est)?|c['’]est|me\s+llamo|mi\s+nombre\s+es|soy|ich\s+hei(?:ß|ss)e|ich\s+bin|mein\s+name\s+ist|我叫|我是|我的名字(?:是|叫))(?=[\s:,]|[\u3400-\u9fff])[\s:,]*",
    re.IGNORECASE,
)
_NOT_NAMES = word_set("""what who why how when where which is are do does did can could would not no yes yeah ok okay stop help none nothing fine good thanks thank you your my me it the a an and or but this that please pls sorry busy here happy
    private secret anonymous later tomorrow today name i we they want need have don dont rather oui non quoi pourquoi comment merci qui que quien por gracias nada porque nein warum wer was danke nicht ich sure maybe hi hello hey
    interested going bot human tired coming driving sick late""")
_NAME_TAIL = re.compile(
    r"[\s,.!]+(?:here|please|pls|thanks|thank you|thx|merci|gracias|danke|svp|por favor|bitte)?[\s.!🙂😊👋]*$", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]+)*\.?(?:[ ]+[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]+)*\.?){0,4}")


def read_name(text: Folded) -> Fit | None:
    """A name of one to five words; "my name is" and its like are taken off. Written in small letters it is given capitals."""
    raw = " ".join(text.raw.split())
    introduced = _NAMED.match(raw)
    name = _NAME_TAIL.sub("", raw[introduced.end() :] if introduced else raw).strip(' ,;:!"“”')
    name = re.split(r"[,;.!?](?:\s|$)", name, maxsplit=1)[0] if introduced else name
    if not _NAME.fullmatch(name) or len(name) > 60 or raw.endswith("?"):
        return None
    if any(word in _NOT_NAMES for word in re.findall(r"\w+", name.lower())):
        return None
    if name.islower() or (name.isupper() and len(name) > 3):
        name = " ".join(part[:1].upper() + part[1:].lower() for part in name.split(" "))
    if introduced or len(name.split()) <= 3:
        return exact(name, "name")
    return likely(name, 0.6, "may be a name")
