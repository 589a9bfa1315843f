"""Folders that are nobody's to empty.

What lies in a watched folder is printed and removed.  In /etc that is the end of the
machine, in somebody's home of his letters; a slip of the pen is enough.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

ITSELF: Final = frozenset(
    {
        *("/", "/dev", "/dev/shm", "/home", "/lost+found", "/media", "/mnt", "/opt"),
        *("/root", "/run", "/srv", "/tmp", "/usr", "/usr/local", "/var", "/var/lib"),
        *("/var/spool", "/var/tmp"),
    }
)
"""Of many owners; a folder of its own in one of them is fine (hier(7))."""
WITH_ALL_IN_IT: Final = (
    *("/bin", "/boot", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/sbin"),
    *("/sys", "/usr/bin", "/usr/include", "/usr/lib", "/usr/lib32", "/usr/lib64"),
    *("/usr/libexec", "/usr/libx32", "/usr/local/bin", "/usr/local/etc"),
    *("/usr/local/lib", "/usr/local/sbin", "/usr/local/share", "/usr/sbin"),
    *("/usr/share", "/usr/src", "/var/backups", "/var/cache", "/var/lib/apt"),
    *("/var/lib/dpkg", "/var/lib/systemd", "/var/log", "/var/mail", "/var/spool/cron"),
    *("/var/spool/cups", "/var/spool/mail"),
)
"""Of the system, however deep."""
HOMES: Final = "/home"


def whose(path: Path) -> str:
    """Whose it is, if it is certainly not a POS's; empty else.  Links are followed."""
    real = Path(os.path.realpath(path))
    if str(real) in ITSELF or any(real.is_relative_to(each) for each in WITH_ALL_IN_IT):
        return "the system's"
    if str(real.parent) == HOMES or real == Path(os.path.realpath(Path.home())):
        return "somebody's home"
    return ""
