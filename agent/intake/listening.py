"""A listening TCP socket, before anything heavy is loaded.

Made with its protocol named: asyncio sets TCP_NODELAY only on sockets that say
``IPPROTO_TCP``, and a status answer held back by Nagle's algorithm is 40 ms late.
"""

from __future__ import annotations

import socket
from typing import Final

from agent.intake.limits import BACKLOG

REMEDY: Final = "stop what holds the port, or name another in the door's listen"


def listening(host: str, port: int) -> socket.socket:
    """Listen there; port 0 lets the system choose.

    Raises:
        OSError: the port is taken or the address is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(BACKLOG)
        made.setblocking(False)  # noqa: FBT003 -- socket's own signature
    except OSError as error:
        made.close()
        said = f"{error.strerror or error} at {host} port {port}: {REMEDY}"
        raise OSError(error.errno, said) from error
    return made


def again(port: socket.socket) -> socket.socket:
    """A copy of what listens already, which may be closed; ``BACKLOG`` may wait there."""
    made = port.dup()
    made.setblocking(False)  # noqa: FBT003 -- socket's own signature
    made.listen(BACKLOG)
    return made
