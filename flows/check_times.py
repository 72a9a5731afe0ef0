"""Checks of timers and hours, and of the pools of codes."""

import csv
import io
import re
from collections.abc import Callable
from datetime import time

from flows.advice import Advice
from flows.notes import Notes, suggest
from flows.parse import Source
from flows.spans import clock, total_seconds
from flows.types import Ask, EventTrigger, Flow, ScheduleTrigger, Span, Step, TakeCode, Wait

ReadCodes = Callable[[str], str | None]
"""The text of a file beside the flow, None where there is none."""

# The hours that Parley keeps unless it is set up otherwise: a warning may rest on them, an error may not.
QUIET_FROM, QUIET_UNTIL = time(21), time(8)

_CLOCK = re.compile(r"\d{1,2}:\d{2}")


def check_timers(flow: Flow, source: Source, notes: Notes) -> None:
    """Timers ring while the conversation still lives, and not at night."""
    for name, step in flow.steps.items():
        notes.step = name
        _check_question(flow, step, source, notes)
        if isinstance(step.verb, Wait):
            at = step.verb.at
            if isinstance(step.verb.until, str) and (found := _CLOCK.search(step.verb.until)):
                at = clock(found[0])
            _check_quiet(at, ("steps", name, "wait", "at" if step.verb.at else "until"), source, notes)
    notes.step = ""
    for n, trigger in enumerate(flow.triggers):
        if isinstance(trigger, EventTrigger):
            _check_quiet(trigger.at, ("triggers", f"#{n}", "at"), source, notes)
        if isinstance(trigger, ScheduleTrigger):
            _check_quiet(trigger.when.at, ("triggers", f"#{n}", "schedule"), source, notes)


def _check_question(flow: Flow, step: Step, source: Source, notes: Notes) -> None:
    if not isinstance(step.verb, Ask):
        return
    nudge, timeout = step.verb.nudge, step.verb.timeout
    if timeout and _longer(timeout.after, flow.expires):
        node = source.at("steps", step.name, "timeout", "after")
        notes.warning(
            node,
            Advice.TIMER_NEVER,
            "The timeout is longer than a silent conversation lives.",
            "Shorten it, or write a longer `expires` on top.",
        )
    if nudge and timeout and not _longer(timeout.after, nudge.after):
        node = source.at("steps", step.name, "nudge", "after")
        notes.warning(node, Advice.TIMER_NEVER, "The nudge is never sent: the timeout comes first.", "Let it come before the timeout.")
    elif nudge and _longer(nudge.after, flow.expires):
        node = source.at("steps", step.name, "nudge", "after")
        notes.warning(
            node,
            Advice.TIMER_NEVER,
            "The nudge is later than a silent conversation lives.",
            "Shorten it, or write a longer `expires` on top.",
        )


def _longer(one: Span, other: Span) -> bool:
    return total_seconds(one) > total_seconds(other)


def _check_quiet(at: time | None, path: tuple[str, ...], source: Source, notes: Notes) -> None:
    if at is not None and (at >= QUIET_FROM or at < QUIET_UNTIL):
        what = f"{at:%H:%M} is in the quiet hours ({QUIET_FROM:%H:%M} to {QUIET_UNTIL:%H:%M}): the text waits for their end."
        notes.warning(source.at(*path), Advice.QUIET_HOURS, what, "Take an hour in the day.")


def check_pools(flow: Flow, source: Source, notes: Notes, read_codes: ReadCodes | None) -> None:
    """Every coupon has its pool, and every pool its codes."""
    used: set[str] = set()
    for name, step in flow.steps.items():
        if not isinstance(step.verb, TakeCode):
            continue
        notes.step = name
        used.add(step.verb.pool)
        if step.verb.pool not in flow.pools:
            how = (
                suggest(step.verb.pool, [*flow.pools])
                if flow.pools
                else f"Write coupons: {{{step.verb.pool}: {{codes: codes/{step.verb.pool}.csv}}}}."
            )
            notes.error(source.at("steps", name, "coupon"), f"There is no pool `{step.verb.pool}` under `coupons`.", how)
        if source.at("steps", name, "sold_out") is source.at("steps", name):
            notes.warning(
                source.key("steps", name, "coupon"),
                Advice.NO_SOLD_OUT,
                "Nothing says what happens when no code is left.",
                "Write sold_out: and a step.",
            )
    notes.step = ""
    for name, pool in flow.pools.items():
        if name not in used:
            notes.warning(
                source.key("coupons", name),
                Advice.POOL_UNUSED,
                f"The pool `{name}` is not used.",
                f"Write `coupon: {name}` in a step, or take it away.",
            )
        if read_codes is not None and pool.codes:
            _check_codes(pool.codes, read_codes(pool.codes), source, notes, ("coupons", name, "codes"))


def _check_codes(file: str, text: str | None, source: Source, notes: Notes, path: tuple[str, ...]) -> None:
    node = source.at(*path)
    if text is None:
        notes.error(node, f"There is no file `{file}` beside the flow.", "Put a CSV file there, with a column `code`.")
        return
    try:
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    except csv.Error as error:
        notes.error(node, f"`{file}` is not a CSV file: {error}.", "Save it as CSV, with a column `code`.")
        return
    codes = [row["code"].strip() for row in rows if row.get("code")]
    if rows and "code" not in rows[0]:
        notes.error(node, f"`{file}` has no column `code`.", "Write `code` in its first line.")
    elif not codes:
        notes.warning(node, Advice.CODES_EMPTY, f"`{file}` has no codes.", "Add some: everybody comes to `sold_out` until then.")
    elif len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        notes.error(node, f"`{file}` has the code `{twice}` twice.", "Keep each code once: it is given to one contact only.")
