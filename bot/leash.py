"""Keeps a child process from outliving its parent, even one that was killed with -9. Also run as a script, between parent and child.

On Linux the kernel does it (PR_SET_PDEATHSIG survives exec); elsewhere the script stays and watches a pipe whose other end only the
parent holds. A script and not `preexec_fn`: that one runs Python between fork and exec, which is not safe where threads are.
It imports nothing of Parley, so that it starts in a few milliseconds.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from io import FileIO
from pathlib import Path

KERNEL_WATCHES = sys.platform == "linux"
PR_SET_PDEATHSIG = 1


def start(
    command: Sequence[str | Path], environ: Mapping[str, str] | None = None, *, stdout: int | None = None, stderr: int | None = None
) -> "subprocess.Popen[bytes]":
    """The command as a child that dies with this process, in a process group of its own: Ctrl-C is for the parent, who stops them in order.

    stdout, stderr: as for Popen; None is ours. Call it from the main thread: Linux watches the thread that forks.
    """
    read_end, write_end = os.pipe()
    try:
        return _Held(
            [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(read_end), *map(str, command)],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            pass_fds=[read_end],
            process_group=0,
            held=os.fdopen(write_end, "wb", buffering=0),
        )
    finally:
        os.close(read_end)


class _Held(subprocess.Popen[bytes]):
    """A child, and our end of its pipe for as long as this object lives."""

    def __init__(self, *args: object, held: FileIO, **options: object) -> None:
        self._held = held
        super().__init__(*args, **options)  # type: ignore[call-overload]

    def __del__(self) -> None:
        self._held.close()
        super().__del__()


def die_with(parent: int, number: int = signal.SIGKILL) -> None:
    """From now on the kernel sends this signal here when `parent` ends; where it has already ended, this process ends at once."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def watch(read_end: int, command: Sequence[str]) -> int:
    """Runs the command until it ends, or until the pipe says that the parent is gone. Returns its exit code."""
    import select

    child = subprocess.Popen(command)  # noqa: S603 - the command is our own parent's
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda got, _frame: child.send_signal(got))
    while (code := child.poll()) is None:
        if select.select([read_end], [], [], 0.2)[0]:
            child.kill()
    return code if code >= 0 else 128 - code


def main(parent: str, read_end: str, *command: str) -> int:
    if KERNEL_WATCHES:
        os.close(int(read_end))
        die_with(int(parent))
        os.execvp(command[0], command)  # noqa: S606 - the command is our own parent's
    return watch(int(read_end), command)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
