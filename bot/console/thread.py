"""A transcript as a page shows it: messages and what happened between them, in order, with who held the conversation. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.console.reading import read_as
from bot.desk import AGAIN, UNDONE, may_send_again
from bot.reactions import meaning
from flows.localtime import to_local
from models.message import MessageRow, Status
from models.note import NoteRow

ACTS = {
    "handed_over": "The flow handed over",
    "taken_over": "Taken over",
    "handed_back": "Handed back to the flow",
    "closed": "Done",
    "opted_out": "Opted out: every conversation ended",
    "opted_in": "Opted in",
    "opt_in_asked": "Asked to confirm the opt-in",
    "less_asked": "Asked for fewer texts",
    "more_asked": "Wants all texts again",
    "consent_held": "Opt-out in doubt: nothing more is sent until somebody has looked",
    "ended": "The conversation ended",
    "started": "The conversation began",
    UNDONE: "Undone",
}
HOLDS, FREES = frozenset({"handed_over", "taken_over"}), frozenset({"handed_back", "closed"})
_UNDONE = {"taken_over": "taking over", "handed_back": "handing back", "closed": "done"}
_FIRST = frozenset({"started", "taken_over", "handed_back", "closed", "opted_out", "consent_held"})
"""What is shown before the texts that it caused."""

PLAIN = frozenset({"handoff", "completed", "keyword", "flow"})
"""Reasons that say no more than the act itself."""

STATES: Mapping[str, tuple[str, str, str]] = {
    Status.QUEUED: ("clock", "Queued", ""),
    Status.SENDING: ("clock", "Sending", ""),
    Status.ACCEPTED: ("clock", "On its way", ""),
    Status.UNKNOWN: ("clock", "Being looked up", ""),
    Status.SENT: ("check", "Sent, not confirmed", ""),
    Status.DELIVERED: ("checks", "Delivered", ""),
    Status.UNDELIVERED: ("alert", "Not delivered", "bad"),
    Status.FAILED: ("alert", "Not delivered", "bad"),
    Status.REFUSED: ("alert", "Not sent", "bad"),
    Status.EXPIRED: ("alert", "Came too late, not sent", ""),
    Status.CANCELED: ("undo", "Taken back", ""),
}
"""A message's status as staff see it: icon, words, class."""


NONE_OF_THEM = "none of the intents"

IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""What a page shows as a picture; anything else is offered as a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What came with a text. kept: it has been fetched; shown: as a picture in the page."""

    message_id: int
    number: int
    kind: str
    kept: bool

    @property
    def shown(self) -> bool:
        return self.kept and self.kind in IMAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the thread. kind: day | contact | flow | staff | hand | note.

    key: names it for ever, so that a live page swaps only what changed. state: icon, words, class. reading: what was read in
    a contact's text, in words. after_opt_out: it was written by somebody who had opted out. again: the message that may be sent
    once more, 0 for none. wrong: the text whose reading staff may correct, 0 for none; meant: what they have said that it means.
    """

    key: str
    kind: str
    held: bool
    text: str = ""
    at: str = ""
    who: str = ""
    step: str = ""
    state: tuple[str, str, str] | None = None
    detail: str = ""
    reading: Sequence[tuple[str, str]] = ()
    pictures: Sequence[Picture] = ()
    failed: bool = False
    language: str | None = None
    after_opt_out: bool = False
    again: int = 0
    wrong: int = 0
    meant: str = ""


@dataclass(slots=True)
class _Thread:
    zone: str
    staff: Mapping[int, str]
    me: int
    asked: Mapping[str, str]
    went: Mapping[str, str]
    after_opt_out: frozenset[str]
    lacks: Mapping[str, str]
    kept: Collection[tuple[int, int]]
    keys: Collection[str | None]
    opened: Counter[str]
    corrected: Mapping[int, str | None]
    held: bool = False
    day: str = ""
    lines: list[Line] = field(default_factory=list)

    def on(self, at: datetime) -> str:
        """Begins a new day where it is one, and gives the time."""
        local = to_local(at, self.zone)
        day = f"{local:%A} {local.day} {local:%B} {local.year}"
        if day != self.day:
            self.day = day
            self.lines.append(Line(key=f"d{local:%Y%m%d}", kind="day", held=self.held, text=day))
        return f"{local:%H:%M}"

    def act(self, row: Mapping[str, Any]) -> None:
        at = self.on(row["at"])
        data = row["data"]
        self.held = data["held"] if row["kind"] == UNDONE else row["kind"] in HOLDS or (self.held and row["kind"] not in FREES)
        why = str(data.get("reason") or data.get("outcome") or data.get("source") or _UNDONE.get(data.get("act", ""), ""))
        detail = str(data.get("note") or "") or ("" if why in PLAIN else why.replace("_", " "))
        who = "You" if data.get("staff") == self.me else self.staff.get(data.get("staff", 0), "")
        self.lines.append(
            Line(
                key=f"a{row['id']}",
                kind="hand",
                held=self.held,
                text="Handed over to a person" if row["kind"] == "handed_over" and not row["flow"] else ACTS[row["kind"]],
                at=at,
                who=who,
                step=row["flow"] or "",
                detail=detail,
            )
        )

    def came(self, row: MessageRow) -> None:
        at = self.on(row.created_at)
        pictures = [
            Picture(message_id=row.id, number=n, kind=str(picture.get("content_type") or "file"), kept=(row.id, n) in self.kept)
            for n, picture in enumerate(row.media)
        ]
        sid = row.provider_sid or ""
        language = row.reading.get("language") if row.reading else None
        around = {"step": self.asked.get(sid, ""), "went": self.went.get(sid, ""), "lacks": self.lacks.get(sid, "")}
        parts = read_as(row.reading, **around) if row.reading else ()
        self.lines.append(
            Line(
                key=f"m{row.id}",
                kind="contact",
                held=self.held,
                text=row.body,
                at=at,
                reading=parts,
                pictures=pictures,
                language=language,
                after_opt_out=sid in self.after_opt_out,
                wrong=row.id if row.reading and row.body else 0,
                meant=(self.corrected[row.id] or NONE_OF_THEM) if row.id in self.corrected else "",
            )
        )

    def left(self, row: MessageRow) -> None:
        at = self.on(row.created_at)
        kind = "staff" if row.author == "staff" else "flow"
        who = ("You" if row.staff_id == self.me else self.staff.get(row.staff_id or 0, "Staff")) if kind == "staff" else ""
        step = "" if kind == "staff" else ", ".join(row.steps) or row.step or "Parley"
        state = STATES[row.status]
        self.lines.append(
            Line(
                key=f"m{row.id}",
                kind=kind,
                held=self.held,
                text=row.body,
                at=at,
                who=who,
                step=step,
                state=state,
                detail=self.more(row),
                failed=state[2] == "bad",
                again=row.id if may_send_again(row) and f"{row.key}{AGAIN}" not in self.keys else 0,
            )
        )

    def noted(self, row: NoteRow) -> None:
        at = self.on(row.created_at)
        who = "You" if row.staff_id == self.me else self.staff.get(row.staff_id, "Staff")
        self.lines.append(Line(key=f"n{row.id}", kind="note", held=self.held, text=row.body, at=at, who=who))

    def more(self, row: MessageRow) -> str:
        """What there is to say beside a text's status: that its link was opened, else why it stands as it does."""
        times = self.opened[row.key or ""]
        return f"link opened {'once' if times == 1 else f'{times} times'}" if times else self.why(row)

    def why(self, row: MessageRow) -> str:
        """What more there is to say about a text's status: the carrier's reason and code, or why it waits and until when."""
        if row.error_code:
            return f"{meaning(row.error_code)} ({row.error_code})"
        if row.status == Status.QUEUED and row.not_before is not None and row.reason:
            until = to_local(row.not_before, self.zone)
            return f"{row.reason}, leaves {until:%A %H:%M}"
        return "" if row.status in (Status.SENT, Status.DELIVERED) else row.reason or ""


def thread(
    messages: Iterable[MessageRow],
    acts: Iterable[Mapping[str, Any]],
    *,
    zone: str,
    staff: Mapping[int, str],
    me: int,
    lacks: Mapping[str, str] | None = None,
    kept: Collection[tuple[int, int]] = (),
    notes: Sequence[NoteRow] = (),
    corrected: Mapping[int, str | None] | None = None,
) -> list[Line]:
    """The lines of a transcript, oldest first: a message before what it caused, days in the contact's zone.

    staff: names by id; me: whose own texts say "You". lacks: what was missed in texts that did not fit, by their sid.
    kept: the pictures that have been fetched, as (message, number). notes: what staff wrote for each other.
    corrected: what texts really meant, by their ids.
    """
    texts, known = list(messages), list(acts)
    made = _Thread(
        zone=zone,
        staff=staff,
        me=me,
        asked=_steps(known, "replied"),
        went=_steps(known, "step_entered"),
        after_opt_out=frozenset(act["message_key"] for act in known if act["kind"] == "wrote_after_opt_out"),
        lacks=lacks or {},
        kept=kept,
        keys={row.key for row in texts},
        corrected=corrected or {},
        opened=Counter(act["message_key"] for act in known if act["kind"] == "clicked"),
    )
    for row in _in_order(texts, [act for act in known if act["kind"] in ACTS], notes):
        if isinstance(row, NoteRow):
            made.noted(row)
        elif not isinstance(row, MessageRow):
            made.act(row)
        elif row.direction == "in":
            made.came(row)
        else:
            made.left(row)
    return made.lines


Row = MessageRow | NoteRow | Mapping[str, Any]


def _in_order(texts: Sequence[MessageRow], acts: Sequence[Mapping[str, Any]], notes: Sequence[NoteRow]) -> list[Row]:
    """Texts by time and number; what a text caused right after it, before or after the answers that go with it."""
    came = {text.provider_sid: text.id for text in texts if text.direction == "in"}
    answered: dict[str, int] = {}
    for text in texts:
        if text.direction == "out" and text.key:
            answered[text.key.rpartition("-")[0]] = text.id
    newest = max((text.id for text in texts), default=0)
    placed: list[tuple[tuple[datetime, int, int, int], Row]] = [((row.created_at, newest, 2, row.id), row) for row in notes]
    placed += [((text.created_at, text.id, 0, 0), text) for text in texts]
    for act in acts:
        cause = act["message_key"] or ""
        first, last = came.get(cause, 0), answered.get(cause, came.get(cause, newest))
        placed.append(((act["at"], first if act["kind"] in _FIRST else last, 1, act["id"]), act))
    return [row for _, row in sorted(placed, key=lambda pair: pair[0])]


def _steps(acts: Iterable[Mapping[str, Any]], kind: str) -> dict[str, str]:
    """The step that this kind names last, by the text that caused it."""
    return {act["message_key"]: act["step"] for act in acts if act["kind"] == kind and act["message_key"] and act["step"]}
