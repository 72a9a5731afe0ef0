import pytest

from flows.segments import GSM_BASIC, GSM_EXTENDED, Segments, segments

FAMILY = "👨‍👩‍👧‍👦"  # one character to the eye, 11 UTF-16 units


@pytest.mark.parametrize(
    ("text", "encoding", "count", "units", "because", "why"),
    [
        ("", "GSM-7", 1, 0, None, "an empty message is billed as one"),
        ("a" * 160, "GSM-7", 1, 160, None, "a full single segment"),
        ("a" * 161, "GSM-7", 2, 161, None, "one more needs the header"),
        ("a" * 306, "GSM-7", 2, 306, None, "two of 153"),
        ("a" * 307, "GSM-7", 3, 307, None, "and one more"),
        ("€" * 80, "GSM-7", 1, 160, None, "extended characters take two units"),
        ("€" * 81, "GSM-7", 2, 162, None, "extended characters take two units"),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 3, 306, None, "an extended character is not split over the end of a segment"),
        ("é à ñ Ç ü", "GSM-7", 1, 9, None, "these accents are in GSM-7"),
        ("ç", "UCS-2", 1, 1, "ç", "the small one is not"),
        ("a`b", "UCS-2", 1, 3, "`", "nor is the grave accent alone"),
        ("It’s", "UCS-2", 1, 4, "’", "the typical culprit of a text processor"),
        ("ж" * 70, "UCS-2", 1, 70, "ж", "a full single segment"),
        ("ж" * 71, "UCS-2", 2, 71, "ж", "one more needs the header"),
        ("ж" * 134, "UCS-2", 2, 134, "ж", "two of 67"),
        ("ж" * 135, "UCS-2", 3, 135, "ж", "and one more"),
        ("😀" * 35, "UCS-2", 1, 70, "😀", "two units each"),
        ("😀" * 66, "UCS-2", 2, 132, "😀", "33 in each segment: the 67th unit stays empty"),
        ("😀" * 67, "UCS-2", 3, 134, "😀", "134 units would fit, split emoji would not"),
        ("a" * 60 + FAMILY, "UCS-2", 2, 71, FAMILY, "the whole family moves on"),
        ("a" * 59 + FAMILY, "UCS-2", 1, 70, FAMILY, "the family just fits"),
        ("e\u0301", "UCS-2", 1, 2, "e\u0301", "an accent by itself is named with its letter"),
        ("\r\n" * 80, "GSM-7", 1, 160, None, "a line's end is two characters"),
        ("ж" + "\r\n" * 35, "UCS-2", 2, 71, "ж", "also in UCS-2"),
    ],
)
def test_counts_what_the_provider_counts(text: str, encoding: str, count: int, units: int, because: str | None, why: str) -> None:
    assert segments(text) == Segments(encoding=encoding, segments=count, units=units, unicode_because=because), why


def test_the_alphabet_has_all_its_characters() -> None:
    assert len(GSM_BASIC) == 127  # 128 places, one of them the escape to the extension table
    assert len(GSM_EXTENDED) == 10
