"""Intents as they are understood: examples that are nearer to another intent, and intents that overlap."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flows.advice import Advice, allowed
from flows.notes import Notes
from flows.parse import Source
from flows.types import Flow, Problem, intent_label
from nlp.meaning.trial import Tried

Trial = Callable[[Mapping[str, tuple[str, ...]]], list[Tried]]
"""Reads every example by what was learned from the others; the encoder is the caller's."""

MOST_TOGETHER = 600
"""Examples of all flows that are tried as one, which takes some seconds; of more of them, each flow's are tried alone."""

OVERLAP = 0.3
"""From this share of an intent's examples read as one other intent on, the two overlap; below it, single examples are named."""


def check_meaning(flows: Mapping[str, Flow], sources: Mapping[str, Source], trial: Trial) -> list[Problem]:
    """Warnings about the intents of these flows, by file, as they would compete if all were live."""
    speaking = {file: flow for file, flow in flows.items() if flow.intents}
    n = sum(len(texts) for flow in speaking.values() for texts in flow.intents.values())
    groups = [[*speaking.values()]] if n <= MOST_TOGETHER else [[flow] for flow in speaking.values()]
    tried = [one for group in groups if len(examples := _examples(group)) > 1 for one in trial(examples)]
    return [problem for file, flow in speaking.items() for problem in _of_flow(file, flow, sources[file], tried)]


def _examples(flows: Sequence[Flow]) -> dict[str, tuple[str, ...]]:
    return {intent_label(flow.name, name): texts for flow in flows for name, texts in flow.intents.items()}


def _of_flow(file: str, flow: Flow, source: Source, tried: list[Tried]) -> list[Problem]:
    notes = Notes(file)
    for intent, texts in flow.intents.items():
        label = intent_label(flow.name, intent)
        strayed = [one for one in tried if one.label == label and one.guess != label]
        other, n = Counter(one.guess for one in strayed).most_common(1)[0] if strayed else ("", 0)
        if n >= 2 and n >= OVERLAP * len(texts):
            what = f"The intents `{intent}` and `{_short(other, flow)}` overlap: {n} of {len(texts)} examples are read as the other."
            how = "Make them one, or write examples that tell them apart; `parley intents eval` shows which."
            notes.warning(source.key("intents", intent), Advice.INTENTS_OVERLAP, what, how)
            strayed = [one for one in strayed if one.guess != other]
        for one in strayed:
            node = source.at("intents", intent, f"#{texts.index(one.text)}")
            what = f"`{one.text}` is nearer to the intent `{_short(one.guess, flow)}`, to `{one.example}`."
            notes.warning(node, Advice.EXAMPLE_NEARER, what, "Move it there, reword it, or write more examples like it here.")
    quiet = allowed(_text(file), file)
    return [problem for problem in notes.problems if (problem.code, problem.line) not in quiet]


def _short(label: str, flow: Flow) -> str:
    own = intent_label(flow.name, "")
    return label.removeprefix(own)


def _text(file: str) -> str:
    return Path(file).read_text("utf-8-sig", errors="replace")
