"""Numbers in Chinese characters: 三十, 一千二, 三万五, 两个半, 二点五, 百分之十."""

import re
from itertools import islice, pairwise

from nlp.answers.figures import MOST, Found

_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_FORMAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟億兩", "一二二三三四五六六七八九十百千亿两")
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_ALL = "零一二三四五六七八九两〇十百千万亿"
# Words that begin with 一 and count nothing, and vague numbers (几十, 十几, 有一点).
_NUMBER = re.compile(
    rf"(?!一[共起下定些样直般会切旦时边向律致])(?!十分(?=[\u4e00-\u9fff])(?!之))(?<!几)(?P<sign>负)?(?P<n>[{_ALL}]++)(?:点(?P<point>[零〇一二三四五六七八九]+))?(?!几)"
)
_PART = re.compile(rf"(?P<below>[{_ALL}]+)分之(?P<above>[{_ALL}]+)")
_HALF = re.compile(r"一半|半(?=[个份打杯碗瓶斤公小])个?|(?<![\w])半(?!\w)")
_AND_HALF = re.compile(r"[个份杯碗瓶斤天年月小时点块]{1,2}半")
_DOZEN = re.compile("打(?![电包算扰工开折车])")
_TWO_THREE = re.compile("(?:俩|两口子)|(?P<three>仨)")
_A_LITTLE = re.compile(r"(?:有|好|快|慢|早|晚|多|少|再)?一点(?![零〇一二三四五六七八九])")


def han_numbers_in(lettered: str) -> list[Found]:
    """Every number in characters, in order; of "两三个" both, for it means neither."""
    text = lettered.translate(_FORMAL)
    found = [
        Found(
            number=_value(match["above"]) / (_value(match["below"]) or 1) * (100 if match["below"] == "百" else 1),
            start=match.start(),
            end=match.end(),
        )
        for match in islice(_PART.finditer(text), MOST)
    ]
    found += [Found(number=0.5, start=match.start(), end=match.end()) for match in islice(_HALF.finditer(text), MOST)]
    found += [
        Found(number=3 if match["three"] else 2, start=match.start(), end=match.end()) for match in islice(_TWO_THREE.finditer(text), MOST)
    ]
    taken = [(one.start, one.end) for one in found] + [match.span() for match in islice(_A_LITTLE.finditer(text), MOST)]
    for match in islice(_NUMBER.finditer(text), MOST):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            found += _numbers(match)
    return _with_measures(sorted(found, key=lambda one: one.start), text)


def _numbers(match: re.Match[str]) -> list[Found]:
    signs = match["n"]
    figures = [_DIGITS[sign] for sign in signs if sign in _DIGITS]
    neighbours = any(second == first + 1 for first, second in pairwise(figures)) and _vague(signs)
    if not match["point"] and (neighbours or re.fullmatch("[三四五六七八]{2}[百千万]", signs)):  # 三五百: some hundreds
        return [Found(number=float(figure), start=match.start(), end=match.end()) for figure in figures[-2:]]
    number = _value(signs) + (float(f"0.{''.join(str(_DIGITS[sign]) for sign in match['point'])}") if match["point"] else 0)
    return [Found(number=-number if match["sign"] else number, start=match.start(), end=match.end())]


def _vague(signs: str) -> bool:
    """Whether two neighbours are said for "one of the two": 两三, 五六十, 二三百; not 三四五 (figures read out)."""
    return re.fullmatch(r"[二两三四五六七八九一]{2}[十百千万]*|[一二三四五六七八九]?十[一二三四五六七八九]{2}", signs) is not None


def _value(signs: str) -> float:
    if not any(sign in _POWERS for sign in signs):
        return float("".join(str(_DIGITS[sign]) for sign in signs))
    total, section, figure, last_power = 0, 0, 0, 1
    for sign in signs:
        power = _POWERS.get(sign)
        if power is None:
            figure = _DIGITS[sign]
            last_power = 1 if sign in "零〇" else last_power
        elif power >= 10_000:
            total, section, figure, last_power = (total + section + figure or 1) * power, 0, 0, power
        else:
            section, figure, last_power = section + (figure or 1) * power, 0, power
    # 一千二 is 1,200: a last figure without its power is of the next lower one.
    if figure and last_power >= 100 and signs[-2:-1] in _POWERS:
        figure *= last_power // 10
    return float(total + section + figure)


def _with_measures(found: list[Found], text: str) -> list[Found]:
    """两个半 is two and a half, 两打 are twenty-four."""
    made: list[Found] = []
    for one in found:
        if made and one.start < made[-1].end and one.start != made[-1].start:
            continue
        if half := _AND_HALF.match(text, one.end):
            made.append(Found(number=one.number + 0.5, start=one.start, end=half.end()))
        elif dozen := _DOZEN.match(text, one.end):
            made.append(Found(number=one.number * 12, start=one.start, end=dozen.end()))
        else:
            made.append(one)
    return made
