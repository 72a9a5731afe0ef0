"""Where the embedded Valkey listens."""

import hashlib
import os
import tempfile
from pathlib import Path

LONGEST = 100
"""Bytes of a unix socket's path that every system takes (Linux 108, macOS 104, each with a closing NUL)."""


def valkey_socket(home: Path) -> Path:
    """The socket of the Valkey that belongs to this PARLEY_HOME; in the temporary folder where the path would be too long.

    home: absolute. The same home always gives the same path, so that parts which are started alone find the server.
    """
    near = home / "valkey" / "valkey.sock"
    if len(os.fsencode(near)) <= LONGEST:
        return near
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"parley-{os.geteuid()}-{name}" / "valkey.sock"
