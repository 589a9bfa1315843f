"""What every wire to a printer looks like, and the one way in which it fails.

A transport moves bytes and knows deadlines.  It does not retry, queue or parse.
One task uses it at a time; ``open`` and ``close`` may alternate for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, Protocol

from agent.errors import PeerError

CHUNK_BYTES: Final = 4096
"""Longest single write: slow printers time out on more (python-escpos #628),
and 4 KB at 9600 baud still moves within a stall deadline (4.3 s)."""

INPUT_BYTES: Final = 4096
"""Longest single read.  A printer's answers have 1 to 80 bytes."""

INPUT_LIMIT_BYTES: Final = 64 << 10
"""What is thrown away of a printer's chatter in one go before it counts as mad."""


def nothing() -> int:
    """Nobody has written behind what is waited for."""
    return 0


Fault = Literal["unreachable", "stalled", "lost", "silent"]
"""``unreachable``: no connection.  ``stalled``: it takes no more bytes.
``lost``: the connection broke.  ``silent``: it used to answer and does not."""


class TransportError(PeerError):
    """The wire to the printer failed.  The connection has to be closed.

    A ``PeerError``, since it ends one connection and nothing else; the printer
    link turns it into a ``Deferred`` whose reason is ``fault``.
    """

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault: Fault = fault
        self.detail = detail


class Transport(Protocol):
    """A wire to one printer."""

    @property
    def name(self) -> str:
        """What logs call it, as the link was written in the configuration."""
        ...

    @property
    def hears(self) -> bool:
        """Whether answers can come back at all; meaningful while open."""
        ...

    async def open(self, *, within_s: float) -> None:
        """Connect.

        Raises:
            TransportError: ``unreachable``; nothing is left open then.
        """
        ...

    def write_now(self, raw: bytes) -> int:
        """Hand over what is taken without waiting; how many bytes, 0 where none is.

        Raises:
            TransportError: ``lost``.
        """
        ...

    async def write(self, raw: bytes, *, stall_s: float) -> None:
        """Hand over every byte, in pieces of ``CHUNK_BYTES`` where the far side is slow.

        Cancelling it leaves the job torn: close the connection.

        Raises:
            TransportError: ``stalled`` when no byte was taken for ``stall_s``
                seconds, ``lost`` when the connection broke.
        """
        ...

    async def settle(
        self, *, within_s: float, behind: Callable[[], int] = nothing
    ) -> None:
        """Wait until the far side, not only the kernel, has what was written.

        ``behind`` says how many bytes somebody has written after that.  Where a wire
        cannot tell (character devices), returns at once.

        Raises:
            TransportError: as ``write``.
        """
        ...

    async def read(self, *, within_s: float) -> bytes:
        """Whatever comes first, or ``b""`` after ``within_s`` seconds of silence.

        Raises:
            TransportError: ``lost``.
        """
        ...

    def discard_input(self) -> bytes:
        """Take away what has arrived, so that the next answer is a new one.

        Raises:
            TransportError: ``lost`` when the far side has hung up meanwhile.
        """
        ...

    def close(self) -> None:
        """Let go.  Safe to call at any time, and twice."""
        ...
