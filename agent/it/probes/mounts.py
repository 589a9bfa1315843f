"""What fstab(5) would mount and nobody has."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

FSTAB: Final = Path("/etc/fstab")


def unmounted(folder: Path) -> Path | None:
    """The place at or above it where something belongs, and nothing is."""
    try:
        lines = FSTAB.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    for line in lines:
        device, place, *_ = [*line.split(), "", ""]
        if device.startswith("#") or not place.startswith("/"):
            continue
        at = Path(place.replace("\\040", " "))
        if folder.is_relative_to(at) and not os.path.ismount(at):
            return at
    return None
