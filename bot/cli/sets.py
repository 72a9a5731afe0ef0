"""Labelled texts in a folder, as `parley eval FOLDER` reads them: lines of {"text", "label", "lang"?, "question"?}.

What a set is about is told by its labels.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

TAUGHT = 10
"""Examples of each intent that are learned from where a set has no file to learn from; a rare intent gives half of its texts."""

NONE_OF_THEM = "oos"

_TRAINING = re.compile(r"_train\d*$")
_HELD = re.compile(r"_(?:dev|test|valid)$")


class Kind(StrEnum):
    """What the labels of a set are about."""

    CONSENT = "consent"
    YES_NO = "yes_no"
    SENTIMENT = "sentiment"
    INTENTS = "intents"


_LABELS: Mapping[Kind, frozenset[str]] = {
    Kind.CONSENT: frozenset({"optout", "not_optout", "handoff"}),
    Kind.YES_NO: frozenset({"yes", "no", "maybe"}),
    Kind.SENTIMENT: frozenset({"positive", "neutral", "negative"}),
}


class SetError(Exception):
    """A folder or a line that cannot be measured with; says where and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One text and what it is. question: what it answers."""

    text: str
    label: str
    lang: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """Texts of one file and language. intents: the examples to learn from, for a set of intents. Texts of NONE_OF_THEM mean no intent."""

    name: str
    lang: str
    kind: Kind
    texts: Sequence[Labelled]
    intents: Mapping[str, Sequence[str]] = field(default_factory=dict)


def sets_in(folder: Path) -> list[LabelledSet]:
    """Every set below a folder, or of one file. Raises SetError."""
    files = sorted(folder.rglob("*.jsonl")) if folder.is_dir() else [folder]
    if not files:
        raise SetError(f"{folder} holds no .jsonl file")
    read = {file: _read(file) for file in files}
    outside = [one for texts in read.values() if {one.label for one in texts} == {NONE_OF_THEM} for one in texts]
    found: list[LabelledSet] = []
    for file, texts in read.items():
        labels = {one.label for one in texts}
        kind = next((kind for kind, known in _LABELS.items() if labels <= known), Kind.INTENTS)
        if kind is not Kind.INTENTS:
            found += [LabelledSet(name=file.name, lang=lang, kind=kind, texts=own) for lang, own in _by_language(texts)]
        elif labels != {NONE_OF_THEM} and not _is_training(file, read):
            found += _intents(file, texts, read, outside)
    return found


def _read(file: Path) -> list[Labelled]:
    texts = []
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise SetError(f"{file} cannot be read: {problem}") from problem
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line) if line.strip() else None
        except ValueError:
            raise SetError(f"{file}:{number}: this is no JSON") from None
        if row is None:
            continue
        if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not isinstance(row.get("label"), str):
            raise SetError(f'{file}:{number}: a line is {{"text": ..., "label": ...}}')
        texts.append(
            Labelled(text=row["text"], label=row["label"], lang=str(row.get("lang") or ""), question=str(row.get("question") or ""))
        )
    return texts


def _by_language(texts: Iterable[Labelled]) -> list[tuple[str, list[Labelled]]]:
    found: dict[str, list[Labelled]] = defaultdict(list)
    for one in texts:
        found[one.lang].append(one)
    return sorted(found.items())


def _is_training(file: Path, read: Mapping[Path, list[Labelled]]) -> bool:
    """Whether another file of the same set is there to be read by what this one teaches."""
    stem = _TRAINING.sub("", file.stem)
    return stem != file.stem and any(_HELD.sub("", other.stem) == stem for other in read if other != file)


def _intents(file: Path, texts: list[Labelled], read: Mapping[Path, list[Labelled]], outside: Sequence[Labelled]) -> Iterable[LabelledSet]:
    stem = _HELD.sub("", file.stem)
    teacher = next((taught for other, taught in read.items() if other != file and _TRAINING.sub("", other.stem) == stem), None)
    for lang, own in _by_language(texts):
        taught, held = (teacher, own) if teacher is not None else _parted(own)
        examples: dict[str, list[str]] = defaultdict(list)
        for one in taught:
            examples[one.label].append(one.text)
        strangers = [one for one in outside if one.lang == lang] if teacher is not None else []
        yield LabelledSet(name=file.name, lang=lang, kind=Kind.INTENTS, texts=[*held, *strangers], intents=examples)


def _parted(texts: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """The first few of each label, and the rest."""
    most = {label: min(TAUGHT, n // 2) for label, n in Counter(one.label for one in texts).items()}
    taught: list[Labelled] = []
    held: list[Labelled] = []
    for one in texts:
        (taught if most[one.label] > 0 else held).append(one)
        most[one.label] -= 1
    return taught, held
