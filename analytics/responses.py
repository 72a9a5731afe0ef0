"""Response rates per flow, revision and step, from the log of what happened. Pure: lines of the log in, figures out.

delivered: contacts to whom a text of the step was delivered · unconfirmed: contacts whose text was handed over and never
reported · replied: delivered contacts who, after that, texted while the step was asking, fitting or not (STOP, START, HELP and
auto-replies are no replies) · opted out: delivered contacts whose opt-out followed a text of this step before any other's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from analytics.rates import Interval, median, response_share


class Kind(StrEnum):
    DELIVERED = "delivered"
    HANDED_OVER = "handed_over"
    REPLIED = "replied"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log. at: for a text, when it was handed over. asks: the text held the question of the step."""

    kind: Kind
    contact: int
    at: datetime
    flow: str = ""
    revision: int = 0
    step: str = ""
    asks: bool = False

    @property
    def place(self) -> tuple[str, int, str]:
        return self.flow, self.revision, self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """The figures of one step.

    share: None where the step asks nothing, or nobody was delivered to; opt_out_share: None where nobody was.
    """

    flow: str
    revision: int
    step: str
    asks: bool
    delivered: int
    unconfirmed: int
    replied: int
    opted_out: int
    share: Interval | None
    opt_out_share: Interval | None
    median_to_reply: timedelta | None


@dataclass(slots=True)
class _Step:
    asks: bool = False
    delivered: dict[int, datetime] = field(default_factory=dict)
    handed_over: set[int] = field(default_factory=set)
    replies: dict[int, list[datetime]] = field(default_factory=dict)
    opted_out: set[int] = field(default_factory=set)


def responses(lines: Iterable[Line]) -> tuple[Responses, ...]:
    """The figures of every step that said something to anybody, by flow, revision (newest first) and step."""
    steps: dict[tuple[str, int, str], _Step] = {}
    last: dict[int, tuple[str, int, str]] = {}
    for line in sorted(lines, key=lambda line: line.at):
        if line.kind is Kind.OPTED_OUT:
            if line.contact in last:
                steps[last[line.contact]].opted_out.add(line.contact)
            continue
        step = steps.setdefault(line.place, _Step())
        step.asks = step.asks or line.asks or line.kind is Kind.REPLIED
        match line.kind:
            case Kind.DELIVERED:
                step.delivered.setdefault(line.contact, line.at)
                last[line.contact] = line.place
            case Kind.HANDED_OVER:
                step.handed_over.add(line.contact)
            case Kind.REPLIED:
                step.replies.setdefault(line.contact, []).append(line.at)
    made = [_figures(place, step) for place, step in steps.items()]
    return tuple(sorted(made, key=lambda r: (r.flow, -r.revision, r.step)))


def _figures(place: tuple[str, int, str], step: _Step) -> Responses:
    n_delivered = len(step.delivered)
    waits = []
    for contact, at in step.delivered.items():
        first = next((reply for reply in step.replies.get(contact, []) if reply >= at), None)
        if first is not None:
            waits.append(first - at)
    gone = len(step.opted_out & step.delivered.keys())
    flow, revision, name = place
    return Responses(
        flow=flow,
        revision=revision,
        step=name,
        asks=step.asks,
        delivered=n_delivered,
        unconfirmed=len(step.handed_over - step.delivered.keys()),
        replied=len(waits),
        opted_out=gone,
        share=response_share(len(waits), n_delivered) if n_delivered and step.asks else None,
        opt_out_share=response_share(gone, n_delivered) if n_delivered else None,
        median_to_reply=median(waits),
    )
