"""The core alone, on one core: turns of the engine, checking a large flow, a thousand published flows, an answer in the simulator."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from flows.check import check_text
from flows.engine import advance, begin
from flows.events import Contact, Event, Facts, Replied, Started, Turn
from flows.parse import parse
from flows.simulation import simulate
from flows.types import Flow
from nlp.read import load_reader
from nlp.types import Reading

SURVEY = """\
flow: survey
purpose: service
triggers: [{keyword: [SURVEY]}]
steps:
  visit: {ask: "How was it, 1 to 5?", expect: {number: {min: 1, max: 5}}}
  drink: {ask: "Tea or coffee?", expect: {choice: {tea: [t, tea], coffee: [c, coffee]}}}
  again: {ask: "Come again?", expect: yes_no}
  thanks: {say: "Thanks!"}
"""
MOST_STEPS = 250
N_FLOWS = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and its goal. better: "more" or "less"."""

    name: str
    value: float
    goal: float
    better: str

    @property
    def met(self) -> bool:
        return self.value >= self.goal if self.better == "more" else self.value <= self.goal


def measure() -> list[Figure]:
    """All four."""
    return [
        Figure("engine: plain answers per second", round(engine_rate()), 20_000, "more"),
        Figure(f"check and compile {MOST_STEPS} steps, s", round(check_seconds(), 3), 1, "less"),
        Figure(f"memory of {N_FLOWS} published flows, MB", round(flows_memory_mb()), 300, "less"),
        Figure("simulator: an answer, ms", round(simulator_ms(), 2), 50, "less"),
    ]


def engine_rate(rounds: int = 20, walks: int = 100) -> float:
    """Turns per second: the texts of the survey, read beforehand, through `advance`; the best of the rounds."""
    flow = _flow(SURVEY)
    facts = Facts(contact=Contact(key="bench", zone="America/New_York"), now=datetime(2026, 1, 5, 15, tzinfo=UTC), settings={})
    events: list[Event] = [Started(None), *(Replied(_reading(value)) for value in (4, "tea", "yes"))]

    def walk() -> None:
        for _ in range(walks):
            state = begin(flow, "en", unasked=False)
            for event in events:
                turn = advance(flow, state, event, facts)
                assert isinstance(turn, Turn), "the survey needs no facts"
                state = turn.state

    return len(events) * walks / min(_spent(walk) for _ in range(rounds))


def check_seconds() -> float:
    """A flow as large as one may be: every step asks, in two languages, with a timer and rules."""
    text = large_flow(MOST_STEPS)
    return median(_spent(lambda: check_text(text, "large.yaml")) for _ in range(3))


def flows_memory_mb() -> float:
    """What a process grows by when it holds so many flows, compiled, all different; measured in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "tests.bench.core"], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout)["mb"])


def simulator_ms() -> float:
    """A text in the simulator: read and answered; free text too, which needs the encoder."""
    reader = load_reader()
    reader.warm()
    texts = ("survey", "4", "tea", "the soup was lovely and warm", "yes")
    contact = Contact(key="bench", zone="America/New_York", test=True)
    phone = simulate({"survey": _flow(SURVEY)}, reader, contact)
    return max(_spent(lambda text=text: phone.text(text)) for text in texts * 5) * 1000  # type: ignore[misc]


def large_flow(n_steps: int) -> str:
    """A flow with so many steps."""
    step = (
        '  s{n}:\n    ask: {{en: "Question {n}, {{{{ contact.first_name or \'you\' }}}}?", fr: "Question {n} ?"}}\n'
        "    expect: {{choice: {{tea: [t, tea], coffee: [c, coffee]}}}}\n    timeout: {{after: 2h, go: bye}}\n"
        "    go: [{{if: \"answers.s{n} == 'tea' and reply.sentiment != 'negative'\", to: s{m}}}, {{to: s{m}}}]\n"
    )
    steps = "".join(step.format(n=n, m=n + 1) for n in range(n_steps - 2))
    head = "flow: large\npurpose: service\nlanguages: [en, fr]\ntriggers: [{keyword: [LARGE]}]\nsteps:\n"
    return f"{head}{steps}  s{n_steps - 2}: {{say: {{en: Done., fr: Fini.}}, go: bye}}\n  bye: {{end: done}}\n"


def _reading(value: float | str) -> Reading:
    return Reading(text=str(value), value=value, exact=True, confidence=1.0)


def _flow(text: str) -> Flow:
    flow, problems = parse(text, "bench.yaml")
    assert flow is not None, problems
    return flow


def _spent(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _resident_mb() -> float:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000


if __name__ == "__main__":
    _flow(SURVEY)
    before = _resident_mb()
    kept = [_flow(large_flow(12).replace("flow: large", f"flow: large-{n}").replace("Question", f"Question {n}:")) for n in range(N_FLOWS)]
    print(json.dumps({"mb": _resident_mb() - before, "flows": len(kept)}))
