"""How relay and worker write to each other: one frame a message, no pickles.

``u32 header length | u32 number of parts | u32 length of each part | header |
parts``, all little endian.  The header is a JSON object, the parts are bytes.
What crosses from the process that reads hostile bytes is data, never code.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any, Final

MAX_HEADER_BYTES: Final = 1 << 20
"""Far above any header we send; a larger one means that the peer has lost its mind."""
MAX_PARTS: Final = 4
MAX_PART_BYTES: Final = 16 << 20
"""A job is at most 4 MiB; its strip as HTML may grow to a few times that."""

HEAD: Final = struct.Struct("<II")


class BadFrameError(ValueError):
    """The peer wrote something that is no frame of ours."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One request or answer."""

    header: dict[str, Any]
    parts: tuple[bytes, ...] = ()


def head(frame: Frame) -> bytes:
    """What goes before the parts of a frame."""
    header = json.dumps(frame.header, separators=(",", ":")).encode()
    lengths = struct.pack(f"<{len(frame.parts)}I", *map(len, frame.parts))
    return b"".join((HEAD.pack(len(header), len(frame.parts)), lengths, header))


def pack(frame: Frame) -> bytes:
    """The bytes of a frame."""
    return b"".join((head(frame), *frame.parts))


def lengths_size(raw: bytes) -> tuple[int, int]:
    """Header length and number of parts; raises ``BadFrameError``."""
    header_length, parts = HEAD.unpack(raw)
    if header_length > MAX_HEADER_BYTES or parts > MAX_PARTS:
        raise BadFrameError("frame head out of bounds")
    return header_length, parts


def part_lengths(raw: bytes) -> tuple[int, ...]:
    """The length of each part; raises ``BadFrameError``."""
    lengths = struct.unpack(f"<{len(raw) // 4}I", raw)
    if any(length > MAX_PART_BYTES for length in lengths):
        raise BadFrameError("frame part out of bounds")
    return lengths


def parse_header(raw: bytes) -> dict[str, Any]:
    """The JSON object; raises ``BadFrameError``."""
    try:
        header = json.loads(raw)
    except ValueError as error:
        raise BadFrameError("frame header is not JSON") from error
    if not isinstance(header, dict):
        raise BadFrameError("frame header is not an object")
    return header
