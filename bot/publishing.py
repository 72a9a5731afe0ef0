"""Publishing: files become revisions, all or nothing. What does not pass the check never goes live, and the revision before it stays."""

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.check import check_together, files_in, load
from flows.parse import parse
from flows.types import Flow, Problem, Severity
from models import coupon, meta, revision
from models.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What came of publishing.

    fresh: (flow, revision number) of those that changed. n_codes: coupon codes that were added to their pools.
    problems: errors if nothing was published, else warnings.
    """

    fresh: tuple[tuple[str, int], ...] = ()
    unchanged: tuple[str, ...] = ()
    n_codes: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def refused(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def publish(store: Store, paths: Sequence[Path], *, by: str, why: str, now: datetime) -> Published:
    """Publishes flow files and folders of them, in one transaction; a file whose content is live already changes nothing.

    They are checked together with the flows that are live already and stay so.
    """
    files = [Path(name) for name in dict.fromkeys(name for path in paths for name in files_in(path))]
    sources = {str(file): _source(file) for file in files}
    loaded = {str(file): load(file) for file in files}
    flows = {name: flow for name, (flow, _) in loaded.items() if flow is not None}
    problems = [problem for _, found in loaded.values() for problem in found]
    problems += [_changed(name) for name, source in sources.items() if name in flows and source != _source(Path(name))]
    problems += check_together({**_staying(store, flows), **flows})
    if any(problem.severity is Severity.ERROR for problem in problems):
        return Published(problems=tuple(sorted(problems)))
    fresh, unchanged, n_codes = [], [], 0
    with store.write() as db:
        revision.publish_alone(db)
        for name, flow in flows.items():
            source, file = sources[name], Path(name).name
            digest = hashlib.sha256(source.encode()).hexdigest()
            number = revision.publish(
                db, flow=flow.name, source_hash=digest, title=flow.title, file=file, source=source, at=now, by=by, why=why
            )
            pools = [(pool.name, read_codes(Path(name).parent / pool.codes)) for pool in flow.pools.values()]
            n_codes += sum(coupon.fill(db, flow.name, pool, codes) for pool, codes in pools)
            if number is None:
                unchanged.append(flow.name)
            else:
                fresh.append((flow.name, number))
        if fresh:
            meta.put(db, meta.CATALOGUE, int(meta.get(db, meta.CATALOGUE, 0)) + 1)
    return Published(fresh=tuple(fresh), unchanged=tuple(unchanged), n_codes=n_codes, problems=tuple(sorted(problems)))


def retire(store: Store, flow: str) -> bool:
    """Takes a flow off the air: nothing starts it any more, and conversations that run go on. False where it was not live."""
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


def _staying(store: Store, fresh: Mapping[str, Flow]) -> dict[str, Flow]:
    """The live flows that this publishing does not replace, by the name of their file and revision."""
    replaced = {flow.name for flow in fresh.values()}
    with store.read() as db:
        rows = [row for row in revision.live(db) if row.flow not in replaced]
    parsed = {f"{row.flow}, which is live (`parley retire {row.flow}` ends that)": parse(row.source, row.file)[0] for row in rows}
    return {name: flow for name, flow in parsed.items() if flow is not None}


def read_codes(file: Path) -> list[str]:
    """The codes of a pool: the column `code` of its CSV, in order, blanks left out."""
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return [code for row in csv.DictReader(rows) if (code := (row.get("code") or "").strip())]
