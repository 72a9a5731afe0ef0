"""What came of a run: a table for people, figures for scripts."""

from collections import Counter
from collections.abc import Callable, Sequence

from tests.chaos.faults import FAULTS
from tests.chaos.records import Fate
from tests.chaos.run import Done, Outcome

AFTERWARDS_S = 100.0
"""A text that went wrong is laid at the door of the faults that were at work when it was due, or so long before."""
SWIFT_S = 10.0


def figures(seed: int, outcomes: Sequence[Outcome]) -> dict[str, object]:
    """As CHAOS_OUT wants it, and a little more."""
    done = [one for outcome in outcomes for one in outcome.done]
    blamed = {name: _blame(outcomes, name) for name in ("lost", "doubled")}
    kinds = sorted({*(one.kind for one in done), *(kind for outcome in outcomes for kind in outcome.absent)})
    faults = [_figure(kind, [one for one in done if one.kind == kind], blamed, outcomes) for kind in kinds]
    return {
        "seed": seed,
        "messages": sum(outcome.verdict.messages for outcome in outcomes),
        "faults": faults,
        "lost": _total(outcomes, "lost"),
        "doubled": _total(outcomes, "doubled"),
        "unresolved": _total(outcomes, "unresolved"),
        "given_up": dict(sum((outcome.verdict.given_up for outcome in outcomes), Counter[str]())),
        "sent_after_stop": sum(outcome.verdict.after_stop for outcome in outcomes),
        "webhook_p99_ms": {outcome.plan.database: outcome.p99_ms for outcome in outcomes},
        "webhook_p99_redis_away_ms": {outcome.plan.database: outcome.p99_redis_ms for outcome in outcomes},
    }


def _figure(kind: str, done: Sequence[Done], blamed: dict[str, Counter[str]], outcomes: Sequence[Outcome]) -> dict[str, object]:
    """recovery_s: the longest; None where it was not done, or did not recover."""
    made = [one for one in done if not one.wrong]
    times = [one.recovery for one in made]
    slowest = None if not times or None in times else max(time for time in times if time is not None)
    figure: dict[str, object] = {"kind": kind, "n": len(made), "lost": blamed["lost"][kind], "doubled": blamed["doubled"][kind]}
    figure["recovery_s"] = slowest
    if wrong := [one.wrong for one in done if one.wrong]:
        figure["wrong"] = wrong
    if absent := {outcome.plan.database: outcome.absent[kind] for outcome in outcomes if kind in outcome.absent}:
        figure["not_done"] = absent
    return figure


def _fates(outcome: Outcome, name: str) -> list[Fate]:
    fates: list[Fate] = getattr(outcome.verdict, name)
    return fates


def _total(outcomes: Sequence[Outcome], name: str) -> int:
    return sum(fate.n for outcome in outcomes for fate in _fates(outcome, name))


def _blame(outcomes: Sequence[Outcome], name: str) -> Counter[str]:
    blamed: Counter[str] = Counter()
    for outcome in outcomes:
        for fate in _fates(outcome, name):
            near = {one.kind for one in outcome.done if one.began - AFTERWARDS_S <= fate.at <= one.ended}
            blamed.update(dict.fromkeys(near, fate.n))
    return blamed


def passed(outcomes: Sequence[Outcome]) -> bool:
    """No text lost or doubled, none sent after a STOP, every fault done as it should be, and nothing stuck for good."""
    return all(outcome.verdict.ok and not unwell(outcome) for outcome in outcomes)


def unwell(outcome: Outcome) -> list[str]:
    """Faults that went wrong in themselves: an assertion of theirs failed, or nothing ever recovered and texts are still open."""
    wrong = [f"{one.kind}: {one.wrong}" for one in outcome.done if one.wrong]
    stuck = [one.kind for one in outcome.done if not one.wrong and one.recovery is None] if outcome.verdict.unresolved else []
    return wrong + [f"{kind}: not recovered from" for kind in stuck]


def show(seed: int, outcomes: Sequence[Outcome], seconds: float) -> None:
    """The table, and what is worth a line."""
    from rich.console import Console
    from rich.table import Table

    told = figures(seed, outcomes)
    table = Table("fault", "injected", "lost", "doubled", "recovery", "remark", title=f"seed {seed}")
    faults = told["faults"]
    assert isinstance(faults, list)
    for one in faults:
        slow = one["recovery_s"]
        remark = "; ".join([*one.get("wrong", []), *(f"{where}: {why}" for where, why in one.get("not_done", {}).items())])
        if slow is not None and slow > SWIFT_S and FAULTS[one["kind"]].swift:
            remark = f"slower than {SWIFT_S:.0f} s; {remark}"
        times = ("–" if not one["n"] else "never") if slow is None else f"{slow:.1f} s"
        table.add_row(one["kind"], str(one["n"]), str(one["lost"]), str(one["doubled"]), times, remark)
    console = Console(width=150)
    console.print(table)
    n_faults = sum(int(one["n"]) for one in faults)
    console.print(
        f"{told['messages']} messages, {n_faults} faults, {seconds:.0f} s: {told['lost']} lost, {told['doubled']} doubled, "
        f"{told['unresolved']} unresolved, {told['sent_after_stop']} sent after a STOP"
    )
    for outcome in outcomes:
        _show_one(console.print, outcome)


def _show_one(say: Callable[[str], None], outcome: Outcome) -> None:
    verdict, name = outcome.verdict, outcome.plan.database
    say(f"{name}: settled {outcome.settled_s:.0f} s after the load")
    say(f"{name}: webhook p99 {outcome.p99_ms} ms, {outcome.p99_redis_ms} ms while Redis was slow or away")
    for why, n in sorted(verdict.given_up.items()):
        say(f"{name}: given up by rule, {n}: {why}")
    for label, fates in (("LOST", verdict.lost), ("DOUBLED", verdict.doubled), ("unresolved", verdict.unresolved)):
        for fate in fates[:20]:
            say(f"{name}: {label} to {fate.phone}: {fate.body!r} ({fate.why})")
