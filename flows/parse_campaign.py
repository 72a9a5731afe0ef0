"""YAML → Campaign, or everything that is wrong with it, each with its line and column."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from flows.campaign import Budget, Came, Campaign, Later, Offer, Once, OnDate, Pilot, Recurring, Variant, When
from flows.localtime import is_zone
from flows.nodes import Listing, Node, Scalar, Table, compose
from flows.notes import Fields, Notes
from flows.parse import FLOW_NAME, Source
from flows.parse_audience import SegmentError, parse_segment
from flows.schedule import schedule
from flows.spans import total_seconds
from flows.types import Problem, Purpose, Severity, Span

CAMPAIGN_KEYS = (
    "campaign", "title", "purpose", "basis", "languages", "flow", "text", "variants", "segment", "at", "every", "on", "offset", "yearly",
    "spread", "holdout", "pilot", "then", "ends", "budget",
)  # fmt: skip
PILOT_KEYS = ("share", "rest_after", "opt_outs", "failures")
YEARLY = frozenset({"birthday", "anniversary"})
"""Dates that come back every year where nothing else is said."""
_MOST_SPREAD = 24 * 3600
_AT = re.compile(r"(?P<day>20\d\d-\d\d-\d\d)[ T](?P<time>\d{1,2}:\d\d)(?:\s+(?P<zone>\S+))?", re.ASCII)
_ENDS = re.compile(r"(?P<day>20\d\d-\d\d-\d\d)(?:[ T](?P<time>\d{1,2}:\d\d))?", re.ASCII)
_BUDGET = re.compile(r"(?P<amount>\d{1,9}(?:\.\d{1,2})?)\s*(?P<currency>[A-Z]{3})", re.ASCII)
_HOW_AT = "Write at: 2026-12-24 10:00 local for each contact's own 10:00, or a zone in the place of `local`, as Europe/Paris."
_HOW_WHEN = "Write one of: at: 2026-12-24 10:00 local, every: monday 09:00, or on: birthday with at: 10:00."
_HOW_OFFER = "Write flow: the name of a flow, or text: what the customer reads."
_HOW_THEN = "Write then: [{on: no reply, after: 2d, text: ...}]."


def parse_campaign(text: str, file: str) -> tuple[Campaign | None, Source | None, tuple[Problem, ...]]:
    """The campaign, None where anything is an error; its source; and every problem in the order of the file.

    What needs the flows that it names, or the moment, is for flows.check_campaign and for whoever starts it.
    """
    root, problems = compose(text, file)
    if root is None:
        empty = Problem(file=file, line=1, column=1, what="The file is empty.", how="Write campaign: name, text, segment and at.")
        return None, None, problems or (empty,)
    notes = Notes(file, problems=[*problems])
    made = _campaign(notes, root)
    broken = any(problem.severity is Severity.ERROR for problem in notes.problems)
    return (None if broken else made), Source(file, root), tuple(sorted(notes.problems))


def _campaign(notes: Notes, root: Node) -> Campaign | None:
    table = notes.table(root, "A campaign", "Write campaign: name, text, segment and at.")
    fields = notes.fields(table, CAMPAIGN_KEYS, "in a campaign")
    name = _name(notes, root, fields)
    when = _when(notes, root, fields)
    purpose = _purpose(notes, fields)
    languages = _languages(notes, fields)
    segment_text = notes.word(fields["segment"][1], "`segment`", "Write segment: tag:vip, or segment: all.") if "segment" in fields else ""
    if "segment" not in fields:
        notes.error(root, "`segment` is missing.", "Write segment: tag:vip and replied within 30d, or segment: all.")
    try:
        segment = parse_segment(segment_text or "all")
    except SegmentError as error:
        notes.error(fields["segment"][1], f"`{segment_text}` is not a segment: {error.what}", error.how)
        segment = parse_segment("all")
    variants = _variants(notes, root, fields, name, languages)
    if when is None or not variants:
        return None
    return Campaign(
        name=name,
        title=notes.word(fields["title"][1], "`title`", "Write what the campaign is called.") if "title" in fields else name,
        variants=variants,
        when=when,
        purpose=purpose,
        languages=languages,
        segment=segment,
        segment_text=segment_text,
        spread=_spread(notes, fields),
        holdout=_share(notes, fields, "holdout", 0.0, most=0.5),
        pilot=_pilot(notes, fields),
        then=_then(notes, fields, name, languages),
        ends=_ends(notes, fields),
        budget=_budget(notes, fields),
        basis=_basis(notes, root, fields, purpose),
    )


# --- who it is, and why it may text -----------------------------------------------------------------------------------


def _name(notes: Notes, root: Node, fields: Fields) -> str:
    how = "Write a name on top, as in campaign: winter-sale."
    if "campaign" not in fields:
        notes.error(root, "`campaign` is missing.", how)
        return ""
    node = fields["campaign"][1]
    name = notes.word(node, "`campaign`", how)
    if name and not FLOW_NAME.fullmatch(name):
        notes.error(node, f"`{name}` cannot be a campaign's name.", "Use small letters, digits and '-', as in winter-sale.")
    return name


def _purpose(notes: Notes, fields: Fields) -> Purpose:
    if "purpose" not in fields:
        return Purpose.MARKETING
    node = fields["purpose"][1]
    how = "Write purpose: marketing, or purpose: service with a basis."
    word = notes.word(node, "`purpose`", how)
    if word and word not in [*Purpose]:
        notes.error(node, f"`{word}` is not a purpose.", how)
    return Purpose(word) if word in [*Purpose] else Purpose.MARKETING


def _basis(notes: Notes, root: Node, fields: Fields, purpose: Purpose) -> str:
    """Marketing rests on each contact's opt-in; service on what the contacts asked to be told, which has to be said."""
    if "basis" in fields:
        return notes.word(fields["basis"][1], "`basis`", "Write what the contacts asked to be told.")
    if purpose is Purpose.SERVICE:
        how = "Write basis: what the contacts asked to be told, as in basis: they booked a table. Or purpose: marketing."
        notes.error(root, "A service campaign has no `basis`: why may these people be texted without an opt-in?", how)
    return ""


def _languages(notes: Notes, fields: Fields) -> tuple[str, ...]:
    """As written; else those of the first text."""
    if "languages" in fields:
        return notes.words(fields["languages"][1], "`languages`", "Write languages: [en, fr].") or ("en",)
    if "text" in fields and isinstance(fields["text"][1], Table):
        return tuple(key.text for key, _ in fields["text"][1].pairs) or ("en",)
    return ("en",)


# --- when -------------------------------------------------------------------------------------------------------------


def _when(notes: Notes, root: Node, fields: Fields) -> When | None:
    kinds = [name for name in ("every", "on") if name in fields]
    if len(kinds) == 2:
        notes.error(fields["on"][0], "`every` and `on` exclude each other.", _HOW_WHEN)
        return None
    for name in ("offset", "yearly"):
        if name in fields and "on" not in fields:
            notes.error(fields[name][0], f"`{name}` belongs to `on`.", _HOW_WHEN)
    if "every" in fields:
        return _recurring(notes, fields)
    if "at" not in fields:
        notes.error(root, "`at` is missing.", _HOW_WHEN)
        return None
    return _on_date(notes, fields) if "on" in fields else _once(notes, fields["at"][1])


def _once(notes: Notes, node: Node) -> Once | None:
    text = notes.word(node, "`at`", _HOW_AT)
    match = _AT.fullmatch(text)
    if not text:
        return None
    try:
        local = datetime.fromisoformat(f"{match['day']}T{match['time']:0>5}") if match else None
    except ValueError:
        local = None
    if match is None or local is None:
        notes.error(node, f"`{text}` is not a moment.", _HOW_AT)
        return None
    zone = match["zone"] or ""
    if not zone:
        notes.error(node, "`at` does not say whose clock it means.", _HOW_AT)
        return None
    if zone != "local" and not is_zone(zone):
        notes.error(node, f"`{zone}` is not a time zone.", _HOW_AT)
        return None
    return Once(at_local=local, zone="" if zone == "local" else zone)


def _recurring(notes: Notes, fields: Fields) -> Recurring | None:
    node = fields["every"][1]
    how = "Write every: monday 09:00, every: day 18:30, or every: month on the 1st 09:00."
    if "at" in fields:
        notes.error(fields["at"][0], "`every` holds its own time.", how)
    phrase = " ".join(notes.word(node, "`every`", how).split())
    made = schedule(f"every {phrase.removeprefix('every ')}") if phrase else None
    if phrase and made is None:
        notes.error(node, f"`{phrase}` is not a schedule.", how)
    return Recurring(phrase=phrase, schedule=made) if made is not None else None


def _on_date(notes: Notes, fields: Fields) -> OnDate | None:
    name = notes.word(fields["on"][1], "`on`", "Write the contact's date, as in on: birthday.").removeprefix("contact.")
    at = notes.clock(fields["at"][1], "at")
    offset = notes.duration(fields["offset"][1], "offset") if "offset" in fields else Span()
    if offset is not None and offset.seconds:
        notes.error(fields["offset"][1], "`offset` of a date counts whole days.", "Write offset: -3d for three days before.")
    yearly = notes.flag(fields["yearly"][1], "yearly", default=True) if "yearly" in fields else name in YEARLY
    if not name or at is None or offset is None:
        return None
    return OnDate(name=name, at=at, offset_days=offset.days, yearly=yearly)


def _ends(notes: Notes, fields: Fields) -> datetime | None:
    """A wall time of the installation's zone, from which on nobody starts; a day alone counts whole: the midnight after it."""
    if "ends" not in fields:
        return None
    node, how = fields["ends"][1], "Write ends: 2026-12-31, or ends: 2026-12-31 20:00."
    text = notes.word(node, "`ends`", how)
    match = _ENDS.fullmatch(text)
    try:
        if match is not None and match["time"]:
            return datetime.fromisoformat(f"{match['day']}T{match['time']:0>5}")
        if match is not None:
            return datetime.fromisoformat(match["day"]) + timedelta(days=1)
    except (ValueError, OverflowError):
        pass  # 31 February, or the last day that there is
    if text:
        notes.error(node, f"`{text}` is not a day or a moment.", how)
    return None


def _spread(notes: Notes, fields: Fields) -> Span:
    if "spread" not in fields:
        return Span()
    node = fields["spread"][1]
    made = notes.positive_duration(node, "spread") or Span()
    if total_seconds(made) > _MOST_SPREAD:
        notes.error(node, "`spread` is longer than a day.", "Spread over hours; for days, use a recurring campaign and smaller segments.")
    return made


# --- who gets what ----------------------------------------------------------------------------------------------------


def _variants(notes: Notes, root: Node, fields: Fields, name: str, languages: tuple[str, ...]) -> tuple[Variant, ...]:
    if "variants" not in fields:
        offer = _offer(notes, root, fields, name, languages)
        return (Variant(name="all", offer=offer, share=1.0),) if offer is not None else ()
    for other in ("flow", "text"):
        if other in fields:
            notes.error(fields[other][0], f"`{other}` and `variants` exclude each other.", "Put it into one of the variants.")
    how = "Write variants: {short: {share: 50%, text: ...}, long: {share: 50%, text: ...}}."
    node = fields["variants"][1]
    found: list[Variant] = []
    for key, value in notes.table(node, "`variants`", how).pairs:
        own = notes.fields(notes.table(value, f"The variant `{key.text}`", how), ("share", "flow", "text"), "in a variant")
        if not FLOW_NAME.fullmatch(key.text):
            notes.error(key, f"`{key.text}` cannot be a variant's name.", "Use small letters, digits and '-'.")
        if key.text == "holdout":
            notes.error(key, "No variant can be called `holdout`: so are those called who get nothing.", "Choose another name.")
        if "share" not in own:
            notes.error(key, f"The variant `{key.text}` has no `share`.", how)
        offer = _offer(notes, value, own, f"{name}-{key.text}", languages)
        if offer is not None:
            found.append(Variant(name=key.text, offer=offer, share=_share(notes, own, "share", 0.0)))
    if found and abs(sum(variant.share for variant in found) - 1) > 1e-6:
        notes.error(fields["variants"][0], f"The shares add up to {sum(v.share for v in found):.0%}.", "Let them add up to 100%.")
    return tuple(found)


def _offer(notes: Notes, at: Node, fields: Fields, name: str, languages: tuple[str, ...]) -> Offer | None:
    if ("flow" in fields) == ("text" in fields):
        notes.error(at, "There is no `flow` or `text`." if "flow" not in fields else "`flow` and `text` exclude each other.", _HOW_OFFER)
        return None
    if "flow" in fields:
        word = notes.word(fields["flow"][1], "`flow`", _HOW_OFFER)
        return Offer(flow=word) if word else None
    said = _text(notes, fields["text"][1], languages)
    return Offer(flow=name, text=said) if said else None


def _text(notes: Notes, node: Node, languages: tuple[str, ...]) -> Mapping[str, str]:
    if not isinstance(node, Table):
        word = notes.word(node, "`text`", "Write what the customer reads, by language where there are several.")
        return {languages[0]: word} if word else {}
    said = {key.text: notes.word(value, f"The text in `{key.text}`", "Write what the customer reads.") for key, value in node.pairs}
    return {language: text for language, text in said.items() if text}


def _share(notes: Notes, fields: Fields, name: str, default: float, *, most: float = 1.0) -> float:
    """A share in [0, most], written as 5%."""
    if name not in fields:
        return default
    node = fields[name][1]
    text = node.text.strip() if isinstance(node, Scalar) else ""
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?)\s*%", text, re.ASCII)
    share = float(match[1]) / 100 if match else -1.0
    if not 0 <= share <= most:
        notes.error(node, f"`{name}` must be a share up to {most:.0%}.", f"Write {name}: 5%.")
        return default
    return share


def _pilot(notes: Notes, fields: Fields) -> Pilot | None:
    if "pilot" not in fields:
        return None
    node = fields["pilot"][1]
    if isinstance(node, Scalar):
        return Pilot(share=_share(notes, fields, "pilot", 0.05))
    how = "Write pilot: 5%, or pilot: {share: 5%, rest_after: 1d, opt_outs: 2%, failures: 10%}."
    own = notes.fields(notes.table(node, "`pilot`", how), PILOT_KEYS, "in a pilot")
    if "share" not in own:
        notes.error(node, "The pilot has no `share`.", how)
    rest = notes.positive_duration(own["rest_after"][1], "rest_after") if "rest_after" in own else Span(days=1)
    if rest is not None and (rest.seconds or rest.days < 1):
        notes.error(own["rest_after"][1], "`rest_after` counts whole days: the rest comes at the same hour.", "Write rest_after: 1d.")
    limits = {"opt_outs": _share(notes, own, "opt_outs", 0.02), "failures": _share(notes, own, "failures", 0.10)}
    return Pilot(share=_share(notes, own, "share", 0.05), rest_after=max(1, rest.days if rest else 1), **limits)


# --- what comes after -------------------------------------------------------------------------------------------------


def _then(notes: Notes, fields: Fields, name: str, languages: tuple[str, ...]) -> tuple[Later, ...]:
    if "then" not in fields:
        return ()
    node = fields["then"][1]
    items = node.items if isinstance(node, Listing) else (node,)
    made: list[Later] = []
    for n, item in enumerate(items, 1):
        own = notes.fields(notes.table(item, "A step after the first", _HOW_THEN), ("on", "after", "flow", "text"), "in a step of `then`")
        offer = _offer(notes, item, own, f"{name}-then-{n}", languages)
        came = _came(notes, item, own)
        after = notes.positive_duration(own["after"][1], "after") if "after" in own else Span()
        if came in (Came.NO_REPLY, Came.NO_CLICK) and "after" not in own:
            notes.error(item, f"`on: {came}` has no `after`: how long is silence?", _HOW_THEN)
        if offer is not None and came is not None:
            made.append(Later(on=came, after=after or Span(), offer=offer))
    return tuple(made)


def _came(notes: Notes, item: Node, own: Fields) -> Came | None:
    how = f"Write on: {', on: '.join(Came)}."
    if "on" not in own:
        notes.error(item, "A step of `then` has no `on`.", how)
        return None
    word = " ".join(notes.word(own["on"][1], "`on`", how).replace("_", " ").split())
    if word and word not in [*Came]:
        notes.error(own["on"][1], f"`{word}` is nothing that a step can wait for.", how)
    return Came(word) if word in [*Came] else None


def _budget(notes: Notes, fields: Fields) -> Budget | None:
    if "budget" not in fields:
        return None
    node, how = fields["budget"][1], "Write budget: 500 EUR."
    text = notes.word(node, "`budget`", how)
    match = _BUDGET.fullmatch(text)
    if text and match is None:
        notes.error(node, f"`{text}` is not an amount with its currency.", how)
    return Budget(cents=round(float(match["amount"]) * 100), currency=match["currency"]) if match else None
