"""Who belongs to the `segment:` of a schedule: `all`, or `tag:NAME`. Whoever has not opted in belongs to none."""

from collections.abc import Sequence

TAG = "tag:"


def is_segment(name: str) -> bool:
    """Whether somebody can belong to it. "": none was written, which is all."""
    return name in ("", "all") or (name.startswith(TAG) and bool(name.removeprefix(TAG).strip()))


def belongs(name: str, tags: Sequence[str]) -> bool:
    """Whether a contact with these tags belongs to the segment."""
    return not name.startswith(TAG) or name.removeprefix(TAG).strip() in tags
