# ruff: noqa: E501 - a figure and its words belong on one line.
"""Prints how well texts are read, on data that lies beside the repository: `python tests/nlp_figures.py [folder]`.

No sentence of it is trained on but the intents' own examples; yet rules and thresholds were tuned with it in view, so its figures are
ceilings: see docs/adr/0004-reading-replies.md. Default folder: ../shared/data.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from nlp.folding import look
from nlp.read import SpacyReader, load_reader
from nlp.types import AnyText, Choice, Context, Nps, Option, Rating, Reading, YesNo

_FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] != "-v" else Path(__file__).resolve().parents[2] / "shared" / "data"
_VERBOSE = "-v" in sys.argv


def rows(name: str) -> list[dict[str, str]]:
    """The lines of a file of labelled texts."""
    with (_FOLDER / name).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def say(text: str) -> None:
    """One line of figures."""
    sys.stdout.write(text + "\n")


def optout(reader: SpacyReader) -> None:
    """Recall on opt-outs; what is hit among near misses and among ordinary texts."""
    labelled = rows("nlp/optout_dev.jsonl")
    for label in ("optout", "not_optout", "handoff"):
        counts = Counter(_command(reader.read(row["text"], Context())) for row in labelled if row["label"] == label)
        say(f"opt-out dev, {label}: {dict(counts)}")
    for name in ("sms/ordinary.jsonl", "sms/ordinary_zh.jsonl"):
        texts = [row["text"] for row in rows(name)]
        for kind, context in (("no question", Context()), ("any text", Context(expect=AnyText()))):
            readings = [reader.read(text, context) for text in texts]
            counts = Counter(map(_command, readings))
            say(
                f"{name}, {kind}: {len(texts)} texts, "
                + ", ".join(f"{command} {n} ({n / len(texts):.2%})" for command, n in counts.items())
            )
        if _VERBOSE:
            for reading in readings:
                if reading.command:
                    say(f"    {reading.command} {reading.command_why} | {reading.text[:140]}")


def _command(reading: Reading) -> str:
    return reading.command.value if reading.command else "none"


def yes_no(reader: SpacyReader) -> None:
    """Direct answers, and indirect ones, of which most should be left alone."""
    for name in ("nlp/yesno_direct_dev.jsonl", "nlp/yesno_zh_es_dev.jsonl", "nlp/yesno_circa_train.jsonl"):
        labelled = rows(name)[:1500]
        readings = [(row["label"], reader.read(row["text"], Context(expect=YesNo(), question=row["question"]))) for row in labelled]
        answered = [(label, reading) for label, reading in readings if reading.value is not None]
        right = sum(label == reading.value for label, reading in answered)
        flipped = sum({label, reading.value} == {"yes", "no"} for label, reading in answered)
        say(
            f"{name}: {len(labelled)} texts, {len(answered)} answered, {right} right ({right / max(1, len(answered)):.1%}), {flipped} yes and no mixed up"
        )
        leanings = [
            (label, reading.value or reading.leaning, max(reading.confidence, reading.leaning_confidence)) for label, reading in readings
        ]
        say(
            f"    with what it leans to: {sum(label == guess for label, guess, _ in leanings) / len(leanings):.1%} right; {_covered(leanings):.1%} covered at 90 % right"
        )
        if _VERBOSE and "direct" in name:
            for label, reading in readings:
                if reading.value != label:
                    say(f"    {label} read as {reading.value} ({reading.why}) | {reading.text}")


def _covered(told: Sequence[tuple[str, object, float]]) -> float:
    """The largest share, the surest first, of which 90 % are right."""
    n_right, covered = 0, 0
    for n, (label, guess, _) in enumerate(sorted(told, key=lambda one: -one[2]), 1):
        n_right += label == guess
        covered = n if n_right >= 0.9 * n else covered
    return covered / len(told)


def intents(reader: SpacyReader) -> None:
    """Accuracy with ten examples each, and how many texts that mean none of them are taken for one."""
    examples: dict[str, list[str]] = {}
    for row in rows("nlp/intent_clinc60_train10.jsonl"):
        examples.setdefault(row["label"], []).append(row["text"])
    started = time.perf_counter()
    model = reader.train({label: tuple(texts) for label, texts in examples.items()})
    say(f"intents: {len(examples)} labels trained in {time.perf_counter() - started:.1f} s")
    context = Context(intents=model, thorough=True)
    labelled = rows("nlp/intent_clinc60_dev.jsonl")
    dev = [(row["label"], reader.read(row["text"], context)) for row in labelled]
    outside = [reader.read(row["text"], context) for row in rows("nlp/intent_oos_dev.jsonl")]
    n_right = sum(label == reading.nearest_intent for label, reading in dev)
    n_accepted = sum(label == reading.intent for label, reading in dev)
    fifth = sorted(reading.intent_confidence for _, reading in dev)[len(dev) // 20]
    wrongly = sum(reading.intent_confidence >= fifth for reading in outside) / len(outside)
    taken = sum(reading.intent is not None for reading in outside) / len(outside)
    say(
        f"intents dev: {len(dev)} texts, {n_right / len(dev):.1%} right, {n_accepted / len(dev):.1%} right and accepted; "
        f"none of them: {taken:.1%} accepted, {wrongly:.1%} where 95 % of the others are kept"
    )
    told = [(reading.intent_confidence, label == reading.nearest_intent) for label, reading in dev]
    told += [(reading.intent_confidence, False) for reading in outside]
    say(f"intents dev: expected calibration error {_calibration_error(told):.3f}")
    _across_languages(reader)


def _calibration_error(told: list[tuple[float, bool]]) -> float:
    """How far probabilities are from shares, over ten bins, weighed by their numbers."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for confidence, right in told:
        bins[min(9, int(confidence * 10))].append((confidence, right))
    gaps = (abs(sum(confidence for confidence, _ in one) - sum(right for _, right in one)) for one in bins)
    return sum(gaps) / len(told)


def _across_languages(reader: SpacyReader) -> None:
    for language in ("en", "de", "zh"):
        labelled = rows(f"nlp/intent_xsid_{language}_valid.jsonl")
        taught: dict[str, list[str]] = {}
        held: list[dict[str, str]] = []
        for row in labelled:
            known = taught.setdefault(row["label"], [])
            if len(known) < 8:
                known.append(row["text"])
            else:
                held.append(row)
        context = Context(intents=reader.train({label: tuple(texts) for label, texts in taught.items()}))
        guesses = [(row["label"], reader.read(row["text"], context).intent) for row in held]
        say(
            f"intents xsid {language}, 8 examples each: {len(held)} texts, {sum(label == guess for label, guess in guesses) / len(held):.1%} right"
        )


def sentiment(reader: SpacyReader) -> None:
    """Three classes."""
    labelled = rows("nlp/sentiment_short_train.jsonl")[:2000]
    guesses = [(row["label"], str(reader.read(row["text"], Context()).sentiment)) for row in labelled]
    flipped = sum({label, guess} == {"positive", "negative"} for label, guess in guesses)
    say(
        f"sentiment: {len(guesses)} texts, {sum(label == guess for label, guess in guesses) / len(guesses):.1%} right, {flipped / len(guesses):.1%} flipped"
    )


def speed(reader: SpacyReader) -> None:
    """CPU per text: decided by rules, and with the encoder."""
    choice = Choice(options=(Option(key="flat_white", label="Flat white"), Option(key="cold_brew", label="Cold brew")))
    decided = [
        ("STOP", Context()),
        ("b", Context(expect=choice)),
        ("five stars!!", Context(expect=Rating())),
        ("yes please", Context(expect=YesNo())),
        ("9", Context(expect=Nps())),
    ]
    for kind, texts in (
        ("decided by rules", decided),
        ("free text", [("the coffee was cold but your staff were lovely", Context(expect=AnyText()))]),
    ):
        before = reader.n_encoded
        n = 2000 if kind.startswith("decided") else 200
        started = time.process_time()
        for turn in range(n):
            text, context = texts[turn % len(texts)]
            look.cache_clear()  # texts of different people are not remembered
            reader.read(text, context)
        say(
            f"{kind}: {(time.process_time() - started) / n * 1e6:.0f} µs of CPU per text; encoder asked {reader.n_encoded - before} times in {n}"
        )


def main() -> None:
    """All figures, or a line that says that there is no data."""
    if not (_FOLDER / "nlp").is_dir():
        say(f"No data in {_FOLDER}: nothing was measured.")
        return
    reader = load_reader()
    reader.warm()
    for section in (optout, yes_no, intents, sentiment, speed):
        section(reader)


if __name__ == "__main__":
    main()
