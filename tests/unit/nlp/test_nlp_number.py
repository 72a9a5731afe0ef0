"""Numbers, ratings and money as they are texted in five languages."""

import pytest

from nlp.types import Kind, Nps, Number, Rating, Typed
from tests.unit.nlp.answer_rows import Row, each, said

ENGLISH: list[Row] = [
    ("a dozen ; twelve ; about a dozen", "12", "a collective"),
    ("half a dozen ; a half dozen", "6", "half of a collective"),
    ("two dozen ; 2 dozen", "24", "several of them"),
    ("half ; ½ ; 1/2 ; .5", "0.5", "a fraction"),
    ("one and a half ; 1½ ; 1 1/2", "1.5", "a number and a fraction"),
    ("three quarters ; 3/4", "0.75", "quarters"),
    ("half a million", "500000", "half of a scale"),
    ("nineteen hundred", "1900", "hundreds above nine"),
    ("one thousand two hundred and thirty four ; 1,234", "1234", "a long one"),
    ("5k ; 5 grand ; 5 000", "5000", "scales in figures"),
    ("two point five", "2.5", "a spoken point"),
    ("minus three", "-3", "a spoken sign"),
    ("x3 ; 3x", "3", "times"),
    ("none ; not any", "0", "a word for nought"),
    ("just me", "1", "a word for one"),
    ("both of us ; a couple", "2", "a word for two"),
    ("I'm not sure, 5? ; 5 I think", "5", "doubt is no negation of the number"),
    ("five, actually six", "6", "taken back"),
    ("no more than 5", "5", "no to more, not to five"),
    ("24yrs ; ok.24", "24", "nothing between word and figure"),
    ("I have 2 kids and want 3 tickets ; 3 or 4 ; 2-3 ; between 5 and 10", "None", "two numbers"),
    ("AB1234 ; one day maybe ; a few ; eleventy ; l5O", "None", "no number"),
    ("١٢٣ ; १२३", "123", "figures of other scripts"),
    ("can you send this 2 me ; I want 2 go home", "None", "figures for words"),
    ("we would love to but my sister and her 3 dogs are staying over with us until the weekend", "None", "a number far from any answer"),
    ("there is nobody like the one who waits at home", "None", "a pronoun"),
    ("fifty cents worth", "50", "English cents are no French hundreds"),
]
FRENCH: list[Row] = [
    ("deux douzaines", "24", "several collectives"),
    ("mille deux cents ; douze cents ; 1.200 ; 1 200", "1200", "thousands"),
    ("quatre-vingt-dix-neuf ; nonante-neuf", "99", "by twenties and by tens"),
    ("une demi-douzaine", "6", "half of a collective"),
    ("deux virgule cinq ; 2,5", "2.5", "a comma"),
    ("une vingtaine", "20", "about"),
    ("moins trois", "-3", "a sign"),
    ("au moins trois", "3", "at least, no sign"),
    ("un peu ; une fois peut-être ; c'est un problème", "None", "articles"),
]
SPANISH: list[Row] = [
    ("media docena", "6", "half of a collective"),
    ("mil doscientos ; 1.200", "1200", "thousands"),
    ("uno y medio ; 1,5", "1.5", "a half"),
    ("solo yo", "1", "a word for one"),
    ("al menos tres", "3", "at least, no sign"),
    ("un momento ; tengo 2 hijos y quiero 3 entradas", "None", "no number, two numbers"),
]
GERMAN: list[Row] = [
    ("anderthalb ; eineinhalb ; 1,5", "1.5", "one and a half"),
    ("zweieinhalb", "2.5", "in one word"),
    ("zweihundertfünfzig ; zweihundertfuenfzig", "250", "a compound"),
    ("tausendzweihundert", "1200", "a compound of thousands"),
    ("die Hälfte", "0.5", "a half"),
    ("zu dritt", "3", "a party"),
    ("gar keine", "0", "nought"),
    ("ein paar ; ein anderes Mal ; eine Frage ; ein oder zwei", "None", "articles"),
]
CHINESE: list[Row] = [
    ("一千二", "1200", "the last power left out"),
    ("三万五 ; 3.5万", "35000", "ten thousands"),
    ("两千零五", "2005", "a nought between"),
    ("两个半", "2.5", "a half behind the measure"),
    ("半打", "6", "half a dozen"),
    ("百分之十 ; 10%", "10", "percent"),
    ("叁拾", "30", "written out"),
    ("两三个 ; 三五百 ; 五十几 ; 有一点", "None", "vague"),
]
LISTS = {"en": ENGLISH, "fr": FRENCH, "es": SPANISH, "de": GERMAN, "zh": CHINESE}


@pytest.mark.parametrize(("lang", "text", "expected", "why"), [(lang, *row) for lang, rows in LISTS.items() for row in each(rows)])
def test_number(lang: str, text: str, expected: str, why: str) -> None:
    assert said(text, Number(), lang) == expected, why


@pytest.mark.parametrize(
    ("text", "lang", "country", "expected", "why"),
    [
        ("1.234,5", "en", "US", "1234.5", "both marks leave no doubt"),
        ("1,234.5", "de", "DE", "1234.5", "both marks leave no doubt"),
        ("1.234", "en", "DE", "1234", "the country, where the language is not its own"),
        ("1,500", "es", "MX", "1500", "Mexico has the point"),
        ("1'234.50", "de", "CH", "1234.5", "Switzerland has the apostrophe"),
        ("1 234,50", "fr", "CA", "1234.5", "French Canada has the comma"),
    ],
)
def test_marks_by_country(text: str, lang: str, country: str, expected: str, why: str) -> None:
    assert said(text, Number(), lang, country) == expected, why


RATINGS: list[Row] = [
    ("perfect!! ; full marks ; 10/10 ; 💯 ; c'était parfait ; todo perfecto ; volle Punktzahl ; 非常完美", "5", "no doubt"),
    ("8/10 ; four out of five ; 80% ; 8 sur 10", "4", "another scale that comes out even"),
    ("terrible ; 2/10 ; furchtbar ; 差评", "1", "no doubt"),
    ("4.5 ; 7/10 ; not perfect ; great ; 0 stars", "None", "between two, or neither"),
]


@pytest.mark.parametrize(("text", "expected", "why"), each(RATINGS))
def test_rating(text: str, expected: str, why: str) -> None:
    assert said(text, Rating()) == expected, why


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    each([("0 - never again", "0", "another clause"), ("满分", "10", "full marks"), ("3/5", "None", "another scale")]),
)
def test_nps(text: str, expected: str, why: str) -> None:
    assert said(text, Nps()) == expected, why


MONEY: list[tuple[str, str, str, str, str]] = [
    ("en", "US", "$1.2k", "1200", "thousands"),
    ("en", "US", "five dollars and fifty cents", "5.5", "cents in words"),
    ("en", "US", "half a dollar", "0.5", "half"),
    ("en", "GB", "£8 20p", "8.2", "pence behind"),
    ("en", "GB", "a fiver", "5", "a nickname"),
    ("en", "GB", "50p", "0.5", "pence alone"),
    ("en", "US", "under $100", "100", "at most"),
    ("fr", "FR", "5€50", "5.5", "the sign in the middle"),
    ("fr", "FR", "cinq euros cinquante", "5.5", "in words"),
    ("es", "ES", "cinco euros con cincuenta", "5.5", "with con"),
    ("de", "DE", "fünf Euro fünfzig", "5.5", "in words"),
    ("zh", "CN", "三块五", "3.5", "tenths"),
    ("zh", "CN", "五毛", "0.5", "tenths alone"),
    ("zh", "CN", "1w", "10000", "ten thousand"),
    ("en", "US", "$20-30", "None", "a range"),
    ("en", "US", "-5", "None", "below nought"),
]


@pytest.mark.parametrize(("lang", "country", "text", "expected", "why"), MONEY)
def test_money(lang: str, country: str, text: str, expected: str, why: str) -> None:
    assert said(text, Typed(Kind.MONEY), lang, country) == expected, why
