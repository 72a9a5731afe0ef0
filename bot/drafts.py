"""Drafts: flows in FLOWS_DIR that are not what is live. Noticed, checked and offered; they go live by publishing alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.catalogue import compiled
from bot.publishing import digest_of
from flows.changes import Difference, differences
from flows.check import files_in, has_errors, load
from flows.closure import runs
from flows.types import Flow, Problem
from models import revision
from models.revision import RevisionRow
from models.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file that is not live as it stands.

    file: below FLOWS_DIR. flow: its name; None where the file has errors. live: the revision that it would replace. differences: from
    that one, () for a new flow. digest: of what was read, so that what somebody looked at is what they publish. former: the number of
    the replaced revision that it equals, as after a rollback.
    """

    file: str
    digest: str
    flow: str | None
    problems: tuple[Problem, ...]
    live: RevisionRow | None = None
    differences: tuple[Difference, ...] = ()
    former: int | None = None

    @property
    def fit(self) -> bool:
        """Whether it could be published."""
        return self.flow is not None and not has_errors(self.problems)


def drafts(store: Store, folder: Path) -> tuple[Draft, ...]:
    """What a publishing of `folder` would change, in the order of the files."""
    with store.read() as db:
        rows = {row.flow: revision.of_flow(db, row.flow) for row in revision.live(db)}
    found = (_draft(Path(name), folder, rows) for name in files_in(folder))
    return tuple(draft for draft in found if draft is not None)


def _draft(file: Path, folder: Path, rows: Mapping[str, Sequence[RevisionRow]]) -> Draft | None:
    """rows: every revision of the live flows, by flow. None for a file that is live as it stands."""
    shown = str(file.relative_to(folder))
    flow, problems = load(file)
    if flow is None:
        return Draft(file=shown, digest="", flow=None, problems=problems)
    live = {name: next(row for row in known if row.live) for name, known in rows.items()}
    digest = digest_of(file.read_bytes().decode("utf-8-sig"), {part: live[part] for part in runs(flow) if part in live})
    now = live.get(flow.name)
    if now is not None and now.hash == digest:
        return None
    former = next((row.number for row in rows.get(flow.name, ()) if row.hash == digest), None)
    changed = differences(compiled(now), flow) if now else ()
    return Draft(file=shown, digest=digest, flow=flow.name, problems=problems, live=now, differences=changed, former=former)


def revision_of(store: Store, name: str) -> Flow:
    """The flow that a word names: a file, `flow@3`, or `flow` for the live one. Raises LookupError, in words, for anything else."""
    if Path(name).is_file():
        flow, problems = load(name)
        if flow is None:
            raise LookupError("\n".join(map(str, problems)))
        return flow
    flow_name, at, number = name.partition("@")
    with store.read() as db:
        rows = revision.of_flow(db, flow_name)
    if not rows:
        raise LookupError(f'no flow "{flow_name}" was ever published, and no file has this name')
    row = next((row for row in rows if (str(row.number) == number if at else row.live)), None)
    if row is None:
        raise LookupError(
            f'"{flow_name}" has no revision {number}' if at else f'"{flow_name}" is not live; name a revision, as {flow_name}@1'
        )
    return compiled(row)


def file_of(flow: str, folder: Path) -> Path:
    """The file in FLOWS_DIR that holds a flow. Raises LookupError where none does."""
    for name in files_in(folder):
        found, _ = load(name)
        if found is not None and found.name == flow:
            return Path(name)
    raise LookupError(f'no file in {folder} holds a flow "{flow}" without errors')
