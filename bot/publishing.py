"""Publishing: files become revisions, all or nothing. What does not pass the check never goes live, and the revision before it stays."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.check import check_together, load
from flows.types import Problem, Severity
from models import coupon, meta, revision
from models.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What came of publishing.

    fresh: (flow, revision number) of those that changed. problems: errors if nothing was published, else warnings.
    """

    fresh: tuple[tuple[str, int], ...]
    unchanged: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def publish(store: Store, paths: Sequence[Path], *, by: str, why: str, now: datetime) -> Published:
    """Publishes flow files and folders of them, in one transaction; a file whose content is live already changes nothing."""
    files = [file for path in paths for file in flow_files(path)]
    loaded = [(file, *load(file)) for file in files]
    flows = {str(file): flow for file, flow, _ in loaded if flow is not None}
    problems = [problem for _, _, found in loaded for problem in found] + list(check_together(flows))
    if any(problem.severity is Severity.ERROR for problem in problems):
        return Published(fresh=(), unchanged=(), problems=tuple(sorted(problems)))
    fresh, unchanged = [], []
    with store.write() as db:
        for file, flow, _ in loaded:
            assert flow is not None, "a file without an error is a flow"
            source = file.read_text("utf-8-sig")
            digest = hashlib.sha256(source.encode()).hexdigest()
            number = revision.publish(
                db, flow=flow.name, source_hash=digest, title=flow.title, file=file.name, source=source, at=now, by=by, why=why
            )
            filled = sum(coupon.fill(db, flow.name, pool.name, read_codes(file.parent / pool.codes)) for pool in flow.pools.values())
            if number is None and not filled:
                unchanged.append(flow.name)
            elif number is not None:
                fresh.append((flow.name, number))
        if fresh:
            meta.put(db, meta.CATALOGUE, int(meta.get(db, meta.CATALOGUE, 0)) + 1)
    return Published(fresh=tuple(fresh), unchanged=tuple(unchanged), problems=tuple(sorted(problems)))


def flow_files(path: Path) -> list[Path]:
    """The flow files that a path means: itself, or all *.yaml below a folder but tests and hidden files."""
    if path.is_file():
        return [path]
    found = [*path.rglob("*.yaml"), *path.rglob("*.yml")]
    return sorted(file for file in found if not file.name.startswith(".") and ".test." not in file.name)


def read_codes(file: Path) -> list[str]:
    """The codes of a pool: the column `code` of its CSV, in order, blanks left out."""
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return [code for row in csv.DictReader(rows) if (code := (row.get("code") or "").strip())]
