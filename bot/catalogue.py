"""The live flows of one process: read from their revisions, kept until the next publishing."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from flows.closure import with_parts
from flows.hearing import Catalogue, catalogue_of
from flows.parse import parse
from flows.types import Flow, IntentTrigger, intent_label
from models import meta, revision
from models.learned import Learned
from models.revision import RevisionRow
from models.store import Store
from nlp.types import IntentModel, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """version: of the catalogue, as the database counts publishings. revisions: the live one of each flow."""

    version: int
    catalogue: Catalogue
    revisions: dict[str, RevisionRow]
    keywords: frozenset[str]
    intents: IntentModel | None


class FlowShelf:
    """Hands out the live flows, and any revision that a conversation began with."""

    def __init__(self, store: Store, reader: Reader) -> None:
        self._store = store
        self._reader = reader
        self._lock = threading.Lock()
        self._shelf: Shelf | None = None
        self._revisions = lru_cache(maxsize=500)(self._read_revision)

    def at(self, version: int) -> Shelf:
        """The shelf as of catalogue `version` or newer; read again where ours is older."""
        shelf = self._shelf
        if shelf is None or shelf.version < version:
            with self._lock:
                shelf = self._shelf
                if shelf is None or shelf.version < version:
                    shelf = self._shelf = self._read()
        return shelf

    def newest(self) -> Shelf:
        with self._store.read() as db:
            version = int(meta.get(db, meta.CATALOGUE, 0))
        return self.at(version)

    def flow(self, revision_id: int) -> Flow:
        """The flow of a published revision. Raises LookupError for an id that is none."""
        return self._revisions(revision_id)

    def _read_revision(self, revision_id: int) -> Flow:
        with self._store.read() as db:
            row = revision.by_id(db, revision_id)
        if row is None:
            raise LookupError(f"no revision {revision_id}")
        flow = compiled(row)
        return replace(flow, parts={name: self.flow(part) for name, part in row.parts.items()}) if row.parts else flow

    def _read(self) -> Shelf:
        with self._store.read() as db:
            version = int(meta.get(db, meta.CATALOGUE, 0))
            rows = revision.live(db)
        flows = {row.flow: self.flow(row.id) for row in rows}
        catalogue = catalogue_of(flows)
        return Shelf(
            version=version,
            catalogue=catalogue,
            revisions={row.flow: row for row in rows},
            keywords=frozenset(catalogue.keywords),
            intents=self._reader.train(intent_examples(flows), Learned(self._store)),
        )


def compiled(row: RevisionRow) -> Flow:
    """A revision as a flow. It passed the check when it was published: that it does not parse any more is a broken promise."""
    flow, problems = parse(row.source, row.file)
    if flow is None:
        raise ValueError(f"revision {row.number} of {row.flow} no longer parses: {problems[0] if problems else 'no problem named'}")
    return replace(flow, title=row.title)


def learn_ahead(store: Store, reader: Reader) -> Callable[[Mapping[str, Flow]], object]:
    """For bot.publishing: learns the intents of the flows that will be live, before a text can need them."""
    return lambda flows: reader.train(intent_examples(dict(flows)), Learned(store))


def intent_examples(flows: dict[str, Flow]) -> dict[str, tuple[str, ...]]:
    """Every live flow's own examples, by label: those that start flows, and those that questions expect."""
    used = {
        intent_label(flow.name, trigger.intent)
        for flow in flows.values()
        for trigger in flow.triggers
        if isinstance(trigger, IntentTrigger)
    }
    known = with_parts(flows).values()  # a part need not be live, and its questions expect intents all the same
    all_of_them = {intent_label(flow.name, name): examples for flow in known for name, examples in flow.intents.items()}
    return dict(sorted(all_of_them.items(), key=lambda item: (item[0] not in used, item[0])))
