"""`parley eval FOLDER`: every labelled set is read as `parley read --jsonl` would, and its figures are told in lines."""

import resource
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from analytics import judging
from analytics.judging import Judged
from analytics.rates import Interval
from bot.cli.rows import Rows
from bot.cli.sets import NONE_OF_THEM, Kind, LabelledSet
from nlp.read import load_reader
from nlp.types import Context, IntentModel, Memory, Reader, Reading

_CONSENT = {"out": "optout", "held": "held", "human": "handoff"}
_YES_NO = {True: "yes", False: "no", "maybe": "maybe"}
PRECISION = 0.9


@dataclass(slots=True)
class TimedReader:
    """A reader that notes how long it took over each text, in seconds."""

    reader: Reader = field(default_factory=load_reader)
    spent: list[float] = field(default_factory=list)

    def read(self, text: str, context: Context) -> Reading:
        began = time.perf_counter()
        reading = self.reader.read(text, context)
        self.spent.append(time.perf_counter() - began)
        return reading

    def train(self, examples: Mapping[str, tuple[str, ...]], memory: Memory | None = None) -> IntentModel | None:
        return self.reader.train(examples, memory)

    def warm(self) -> None:
        self.reader.warm()

    @property
    def ready(self) -> bool:
        return self.reader.ready

    @property
    def problem(self) -> str | None:
        return self.reader.problem


def measure(one: LabelledSet, timed: TimedReader) -> Iterator[str]:
    """The figures of a set, a line each. Shares are in percent, with their 95 % Wilson interval."""
    rows = Rows(reader=timed)
    timed.spent.clear()
    judged = [_judge(one, rows, text.text, text.label, text.question) for text in one.texts]
    inside = [text for text in judged if text.label != NONE_OF_THEM]
    yield f"{one.name} {one.lang or '-'}: {len(judged)} texts, {one.kind}"
    match one.kind:
        case Kind.CONSENT:
            yield from _consent(judged)
        case Kind.YES_NO:
            yield from _guessed(judged)
            yield f"  yes read as no or the reverse {_share(judging.flips(judged, 'yes', 'no'))}"
        case Kind.SENTIMENT:
            yield from _guessed(judged)
            yield f"  positive read as negative or the reverse {_share(judging.flips(judged, 'positive', 'negative'))}"
        case Kind.INTENTS:
            yield from _guessed(inside)
            if outside := [text for text in judged if text.label == NONE_OF_THEM]:
                accepted = judging.wrongly_accepted(inside, outside)
                yield f"  none of the {len(one.intents)} intents, taken for one where 95 % of the others are kept {_share(accepted)}"
            yield f"  calibration error {judging.calibration_error(judged):.3f}"
    milliseconds = np.array(timed.spent) * 1000
    yield f"  a text takes {np.percentile(milliseconds, 50):.2f} ms (p50), {np.percentile(milliseconds, 99):.2f} ms (p99)"


def memory() -> str:
    """The most memory that this process has had."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"memory: {most / (1 << 20 if sys.platform == 'darwin' else 1 << 10):.0f} MiB at most"


def _judge(one: LabelledSet, rows: Rows, text: str, label: str, question: str) -> Judged:
    row: dict[str, object] = {"text": text, "lang": one.lang or None, "question": question or None}
    if one.kind is Kind.YES_NO:
        row["expect"] = "yes_no"
    if one.intents:
        row["intents"] = {name: list(examples) for name, examples in one.intents.items()}
    answer = rows.answer(row)
    sure = answer["confidence"]
    assert isinstance(sure, float | int)
    return Judged(label=label, guess=_guess(one.kind, answer), confidence=float(sure))


def _guess(kind: Kind, answer: Mapping[str, object]) -> str | None:
    match kind:
        case Kind.CONSENT:
            return _CONSENT.get(str(answer["consent"]), "not_optout")
        case Kind.YES_NO:
            value = answer["value"]
            return _YES_NO[value] if isinstance(value, bool | str) else None
        case Kind.SENTIMENT:
            return str(answer["sentiment"])
        case Kind.INTENTS:
            return str(answer["intent"]) if answer["intent"] is not None else None


def _guessed(judged: list[Judged]) -> Iterator[str]:
    yield f"  right {_share(judging.accuracy(judged))}, macro-F1 {judging.macro_f1(judged):.3f}"
    yield f"  {judging.coverage_at(judged, PRECISION):.1%} can be answered with {PRECISION:.0%} right"


def _consent(judged: list[Judged]) -> Iterator[str]:
    for label, said, guesses in (
        ("optout", "opt-outs: opted out or held", ("optout", "held")),
        ("optout", "opt-outs: opted out", ("optout",)),
        ("not_optout", "others: opted out", ("optout",)),
        ("not_optout", "others: held", ("held",)),
        ("handoff", "wishes for a person: heard", ("handoff",)),
    ):
        share = judging.share_read_as(judged, label, guesses)
        if share is not None:
            yield f"  {said} {_share(share)}"


def _share(interval: Interval) -> str:
    return f"{interval.share:.2%} ({interval.low:.2%} to {interval.high:.2%})"
