"""What the agent's user may do with a file, and the command that lets it."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agent import places

GROUPS: Final = ("dialout", "lp")
"""``SupplementaryGroups=`` of the unit."""
ALL: Final = os.R_OK | os.W_OK | os.X_OK
LETTERS: Final = {os.R_OK: "r", os.W_OK: "w", os.X_OK: "x"}


def may_of(user: str) -> places.May:
    """As ``os.access`` would say to that user, whoever asks; an empty one is ourselves."""
    if not user:
        return os.access
    return lambda path, mode: barred(user, path, mode) is None


def barred(user: str, path: Path, mode: int) -> Path | None:
    """What keeps that user from it: itself, or the first folder above that is closed."""
    uid, groups = _who(user)
    for step, wanted in _steps(path, mode):
        if not _grants(step, wanted, uid, groups):
            return step
    return None


def opening(user: str, path: Path, mode: int) -> str:
    """The command after which that user may; no other loses what it had by its owner."""
    uid, groups = _who(user)
    stats, letters = path.stat(), "".join(LETTERS[x] for x in LETTERS if mode & x)
    if stats.st_uid == uid:
        return f"chmod u+{letters} {path}"
    if stats.st_gid in groups:
        return f"chmod g+{letters} {path}"
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    return f"chgrp {group} {path}; chmod g+{letters} {path}"


def owning(user: str, folder: Path) -> str:
    """The command after which a folder is that user's own, with all that is in it."""
    name = user or own_name()
    if not folder.exists():
        return f"install -d -o {name} -m 0700 {folder}"
    return f"chown -R {name}: {folder}; chmod -R u+rwX {folder}"


def own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _who(user: str) -> tuple[int, set[int]]:
    known = pwd.getpwnam(user)
    groups = set(os.getgrouplist(user, known.pw_gid))
    for name in GROUPS:
        try:
            groups.add(grp.getgrnam(name).gr_gid)
        except KeyError:
            continue
    return known.pw_uid, groups


def _steps(path: Path, mode: int) -> Iterator[tuple[Path, int]]:
    """From the root down."""
    yield from ((above, os.X_OK) for above in reversed(path.resolve().parents))
    yield path, mode


def _grants(path: Path, mode: int, uid: int, groups: set[int]) -> bool:
    try:
        stats = path.stat()
    except OSError:
        return False
    shift = 6 if stats.st_uid == uid else 3 if stats.st_gid in groups else 0
    return (stats.st_mode >> shift & 7) & mode == mode
