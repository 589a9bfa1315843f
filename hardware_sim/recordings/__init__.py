"""Recorded print jobs of other people's software (origins in ``README.md``)."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> tuple[str, ...]:
    """All recordings, without their ending."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.bin")))


def job(name: str) -> bytes:
    """The bytes of one recording.

    Raises:
        FileNotFoundError: there is none of that name.
    """
    return (FOLDER / f"{name}.bin").read_bytes()
