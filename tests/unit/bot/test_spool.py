"""The spool on a disk without room: what found none is refused and leaves nothing behind, and all else is as it was."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.spool import Spool, Spooled

AT = datetime(2026, 3, 4, 18, tzinfo=UTC)


@contextmanager
def no_file_larger_than(n_bytes: int) -> Iterator[None]:
    """The kernel takes what fits and refuses the rest, as a disk does that fills up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 10], ids=["none", "for a part"])
def test_a_full_disk_refuses_a_text_and_loses_none(tmp_path: Path, room: int) -> None:
    spool, kept = Spool(tmp_path), []
    spool.add(Spooled(AT, b"first"))
    size = sum(file.stat().st_size for file in tmp_path.iterdir())
    with no_file_larger_than(size + room):
        for _ in range(3):
            with pytest.raises(OSError, match=r"^\[Errno"):
                spool.add(Spooled(AT, b"no room"))
    assert spool.n_full == 3
    spool.add(Spooled(AT + timedelta(minutes=1), b"second"))
    assert spool.drain(kept.append) == 2
    assert [spooled.form for spooled in kept] == [b"first", b"second"]
    assert not spool.waiting
    spool.close()


def test_it_can_be_looked_at_while_the_disk_is_full(tmp_path: Path) -> None:
    spool, kept = Spool(tmp_path), []
    with no_file_larger_than(0):
        with pytest.raises(OSError, match=r"^\[Errno"):
            spool.add(Spooled(AT, b"no room"))
        assert spool.drain(kept.append) == 0
    assert kept == []
    spool.close()
