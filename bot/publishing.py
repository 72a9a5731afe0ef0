"""Publishing: files become revisions, all or nothing. What does not pass the check never goes live, and the revision before it stays."""

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from flows import migration
from flows.check import check_text, check_together, files_in, load
from flows.closure import runs
from flows.parse import parse, read
from flows.state import state_from_json
from flows.types import Flow, Problem, Severity
from models import campaign, conversation, coupon, event, meta, revision
from models.campaign import State
from models.event import EventKind
from models.revision import RevisionRow
from models.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What came of publishing.

    fresh: (flow, revision number) of those that changed. left: likewise, of files that hold a revision which was replaced on purpose.
    n_codes: coupon codes that were added to their pools. n_moved: conversations that `migrate:` moves. problems: errors if nothing was
    published, else warnings.
    """

    fresh: tuple[tuple[str, int], ...] = ()
    unchanged: tuple[str, ...] = ()
    left: tuple[tuple[str, int], ...] = ()
    n_codes: int = 0
    n_moved: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def refused(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.problems)


MOST_AT_ONCE = 500
OF_CAMPAIGN = "campaign "
"""Why a campaign's own texts went live, before its name: by this they are known as its own."""


class PublishingError(Exception):
    """What was asked for cannot be made live; says why."""


Learn = Callable[[Mapping[str, Flow]], object]
"""Told the flows that are about to be live, so that what is learned from them is there when they are."""


def publish(
    store: Store, paths: Sequence[Path], *, by: str, why: str, now: datetime, only_news: bool = False, learn: Learn | None = None
) -> Published:
    """Publishes flow files and folders of them, in one transaction; a file whose content is live already changes nothing.

    They are checked together with the flows that are live already and stay so. only_news: leaves a file alone that holds an earlier
    revision: nobody's rollback is undone by a start.
    """
    files = [Path(name) for name in dict.fromkeys(name for path in paths for name in files_in(path))]
    sources = {str(file): _source(file) for file in files}
    staying = _staying(store, sources)
    fresh = {flow.name: flow for name, source in sources.items() if (flow := parse(source, name)[0]) is not None}
    live = {flow.name: flow for flow in staying.values()}
    loaded = {str(file): load(file, lambda name: fresh.get(name) or live.get(name)) for file in files}
    flows = {name: flow for name, (flow, _) in loaded.items() if flow is not None}
    problems = [problem for _, found in loaded.values() for problem in found]
    problems += [_changed(name) for name, source in sources.items() if name in flows and source != _source(Path(name))]
    problems += check_together({**staying, **flows})
    problems += [problem for name, flow in flows.items() for problem in _unmoved(store, name, sources[name], flow)]
    problems += [_away(name, part) for name, flow in flows.items() for part in runs(flow) if part not in fresh and part not in live]
    problems += _of_campaigns(store, flows)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return Published(problems=tuple(sorted(problems)))
    _learn(learn, staying, flows)
    return _write(store, flows, sources, {"at": now, "by": by, "why": why}, tuple(sorted(problems)), only_news=only_news)


def publish_texts(store: Store, sources: Mapping[str, str], *, by: str, why: str, now: datetime) -> Published:
    """Publishes flows that are in no file, as a campaign's texts are: by the name that they are known by. They have no intents.

    A flow that is live for another reason than `why` is somebody else's: it is not replaced, and nothing is published.
    """
    checked = {file: check_text(source, file) for file, source in sources.items()}
    flows = {file: flow for file, (flow, _) in checked.items() if flow is not None}
    problems = [problem for _, found in checked.values() for problem in found]
    problems += check_together({**_staying(store, sources), **flows})
    if any(problem.severity is Severity.ERROR for problem in problems):
        return Published(problems=tuple(sorted(problems)))
    return _write(store, flows, sources, {"at": now, "by": by, "why": why}, tuple(sorted(problems)), only_own=True)


def taken(db: Connection, flows: Iterable[str], why: str) -> list[str]:
    """Those of the flows that are live for another reason than `why`."""
    rows = [revision.live_of(db, flow) for flow in flows]
    return [row.flow for row in rows if row is not None and row.why != why]


def _taken(db: Connection, flows: Mapping[str, Flow], why: str) -> tuple[Problem, ...]:
    files = {flow.name: file for file, flow in flows.items()}
    how = "Choose another name."
    return tuple(
        Problem(file=files[name], line=1, column=1, what=f"Another flow `{name}` is live.", how=how) for name in taken(db, files, why)
    )


def _write(
    store: Store,
    flows: Mapping[str, Flow],
    sources: Mapping[str, str],
    how: Mapping[str, Any],
    problems: tuple[Problem, ...],
    *,
    only_news: bool = False,
    only_own: bool = False,
) -> Published:
    """Makes the flows live, in one transaction. how: when, by whom and why; only_own: nothing that is live for another reason is replaced.

    problems: their warnings.
    """
    with store.write() as db:
        revision.publish_alone(db)
        if only_own and (others := _taken(db, flows, how["why"])):
            return Published(problems=others)
        shelf = _Shelf(db, how, only_news=only_news)
        for name, flow in in_order(flows).items():
            shelf.put(name, flow, sources[name])
        if shelf.fresh:
            meta.put(db, meta.CATALOGUE, int(meta.get(db, meta.CATALOGUE, 0)) + 1)
    return shelf.published(problems)


def in_order(flows: Mapping[str, Flow]) -> dict[str, Flow]:
    """The flows by file, each after those that it runs: a part has its revision before somebody is pinned to it."""
    files = {flow.name: file for file, flow in flows.items()}
    ordered: dict[str, Flow] = {}

    def put(flow: Flow) -> None:
        for part in flow.parts:
            if part in files:
                put(flows[files[part]])
        ordered[files[flow.name]] = flow

    for flow in flows.values():
        put(flow)
    return ordered


@dataclass(slots=True)
class _Shelf:
    """The revisions of one publishing, while they are written. how: when, by whom and why."""

    db: Connection
    how: Mapping[str, Any]
    only_news: bool = False
    left: list[tuple[str, int]] = field(default_factory=list)
    fresh: list[tuple[str, int]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    n_codes: int = 0
    n_moved: int = 0

    def published(self, problems: tuple[Problem, ...]) -> Published:
        """What came of it. problems: warnings."""
        counts = {"n_codes": self.n_codes, "n_moved": self.n_moved}
        return Published(fresh=tuple(self.fresh), unchanged=tuple(self.unchanged), left=tuple(self.left), problems=problems, **counts)

    def put(self, file: str, flow: Flow, source: str) -> None:
        parts = {name: self.part(name) for name in flow.parts}
        digest = digest_of(source, parts)
        replaced = revision.replaced(self.db, flow.name, digest) if self.only_news else None
        if replaced is not None:
            self.left.append((flow.name, replaced))
            return
        before = revision.live_of(self.db, flow.name)
        number = revision.publish(
            self.db, flow=flow.name, source_hash=digest, title=flow.title, file=Path(file).name, source=source, **self.how
        )
        if number is None:
            self.unchanged.append(flow.name)
        else:
            self.fresh.append((flow.name, number))
            revision.pin(self.db, self.part(flow.name).id, {name: part.id for name, part in parts.items()})
            if before is not None and flow.migrate:
                self.n_moved += self.move(flow, before.id)
        pools = [(pool.name, read_codes(Path(file).parent / pool.codes)) for pool in flow.pools.values()]
        self.n_codes += sum(coupon.fill(self.db, flow.name, pool, codes) for pool, codes in pools)

    def move(self, flow: Flow, before: int) -> int:
        """An event for each conversation that the author moves from the revision before; how many."""
        now, last, n_moved = self.part(flow.name).id, 0, 0
        while rows := conversation.live_on(self.db, before, last, MOST_AT_ONCE):
            last = rows[-1].id
            moved = [row for row in rows if migration.moves(state_from_json(row.state), flow.migrate)]
            data = {"flow": flow.name, "revision": now}
            event.add(
                self.db,
                [
                    event.values(
                        f"migrate-{now}-{row.id}", row.contact_id, EventKind.MIGRATE, self.how["at"], conversation_id=row.id, data=data
                    )
                    for row in moved
                ],
            )
            n_moved += len(moved)
        return n_moved

    def part(self, name: str) -> RevisionRow:
        row = revision.live_of(self.db, name)
        if row is None:  # retired since we looked: nothing of this publishing is written
            raise LookupError(f"{name} is not live any more")
        return row


def digest_of(source: str, parts: Mapping[str, RevisionRow]) -> str:
    """What a revision is known by: its source, and what it runs; a flow whose part has changed is another one."""
    return hashlib.sha256("\0".join([source, *(parts[name].hash for name in sorted(parts))]).encode()).hexdigest()


def rollback(store: Store, flow: str, *, to: int | None, by: str, why: str, now: datetime, learn: Learn | None = None) -> tuple[int, int]:
    """Makes what an earlier revision said live again, as a new one, with the parts that it ran; both numbers.

    to: the earlier one; None for the last that said something else. Raises PublishingError, in words, where there is no way back.
    """
    with store.read() as db:
        rows = revision.of_flow(db, flow)
    live = next((row for row in rows if row.live), None)
    wanted = next((row for row in rows if (row.number == to if to is not None else live and row.hash != live.hash)), None)
    if wanted is None:
        raise PublishingError(f'"{flow}" has no revision {to if to is not None else "to go back to"}.')
    if live is not None and live.hash == wanted.hash:
        raise PublishingError(f"Revision {wanted.number} is what is live already.")
    made = parse(wanted.source, wanted.file)[0]
    if made is None:
        raise PublishingError(f"Revision {wanted.number} is no flow any more by what this version of Parley knows.")
    staying = _staying(store, {wanted.file: wanted.source})
    problems = check_together({**staying, wanted.file: made})
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise PublishingError("\n".join(map(str, problems)))
    _learn(learn, staying, {wanted.file: made})
    with store.write() as db:
        revision.publish_alone(db)
        said = {"title": wanted.title, "file": wanted.file, "source": wanted.source, "source_hash": wanted.hash}
        number = revision.publish(db, flow=flow, **said, at=now, by=by, why=why or f"rollback to {wanted.number}")
        row = revision.live_of(db, flow)
        if number is None or row is None:
            raise PublishingError("Somebody else published it meanwhile.")
        revision.pin(db, row.id, wanted.parts)
        meta.put(db, meta.CATALOGUE, int(meta.get(db, meta.CATALOGUE, 0)) + 1)
    return number, wanted.number


def _learn(learn: Learn | None, *live: Mapping[str, Flow]) -> None:
    if learn is not None:
        learn({flow.name: flow for some in live for flow in some.values()})


def retire(store: Store, flow: str, *, learn: Learn | None = None) -> bool:
    """Takes a flow off the air: nothing starts it any more, and conversations that run go on. False where it was not live."""
    with store.read() as db:
        rows = [row for row in revision.live(db) if row.flow != flow]
    _learn(learn, {row.flow: made for row in rows if (made := parse(row.source, row.file)[0]) is not None})
    with store.write() as db:
        if not revision.retire(db, flow):
            return False
        meta.put(db, meta.CATALOGUE, int(meta.get(db, meta.CATALOGUE, 0)) + 1)
    return True


def _source(file: Path) -> str:
    """A file's text; "" where it cannot be read, which `load` reports."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def _changed(name: str) -> Problem:
    """What was checked is what goes live, or nothing does."""
    return Problem(file=name, line=1, column=1, what="The file changed while it was being published.", how="Publish again.")


def _unmoved(store: Store, file: str, source: str, flow: Flow) -> list[Problem]:
    """What is wrong with a flow's `migrate:`, held against the revision that is live."""
    if not flow.migrate:
        return []
    with store.read() as db:
        row = revision.live_of(db, flow.name)
    old = parse(row.source, row.file)[0] if row else None
    if row is None or old is None or row.source == source:
        return []
    _, written, _ = read(source, file)
    assert written is not None, "it was parsed a moment ago"
    spots = ((written.key("migrate", step), what, how) for step, what, how in migration.unfit(old, flow))
    return [Problem(file=file, line=node.line, column=node.column, what=what, how=how) for node, what, how in spots]


def _away(file: str, part: str) -> Problem:
    """A part that lies beside the flow, and is neither published with it nor live."""
    return Problem(file=file, line=1, column=1, what=f"The flow `{part}` that it runs is not live.", how="Publish it first, or the folder.")


def _staying(store: Store, sources: Mapping[str, str]) -> dict[str, Flow]:
    """The live flows that this publishing does not replace, by the name of their file and revision."""
    replaced = {flow.name for name, source in sources.items() if (flow := parse(source, name)[0]) is not None}
    with store.read() as db:
        rows = [row for row in revision.live(db) if row.flow not in replaced]
    parsed = {f"{row.flow}, which is live (`parley retire {row.flow}` ends that)": parse(row.source, row.file)[0] for row in rows}
    return {name: flow for name, flow in parsed.items() if flow is not None}


def _of_campaigns(store: Store, flows: Mapping[str, Flow]) -> list[Problem]:
    """The flows that would replace a text of a campaign that has not ended: in its middle it would say something else."""
    found = []
    with store.read() as db:
        for file, flow in flows.items():
            row = revision.live_of(db, flow.name)
            owner = campaign.by_name(db, row.why.removeprefix(OF_CAMPAIGN)) if row and row.why.startswith(OF_CAMPAIGN) else None
            if owner is not None and owner.state in (State.RUNNING, State.PAUSED):
                what, how = f"`{flow.name}` is a text of the campaign `{owner.name}`, which is {owner.state}.", "Choose another name."
                found.append(Problem(file=file, line=1, column=1, what=what, how=how))
    return found


def read_codes(file: Path) -> list[str]:
    """The codes of a pool: the column `code` of its CSV, in order, blanks left out."""
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return [code for row in csv.DictReader(rows) if (code := (row.get("code") or "").strip())]
