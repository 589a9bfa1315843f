"""Files that hold secrets: whose they must be, and how they are replaced.

A file is written beside its place (0600), synced and moved there, so that a crash
leaves the old one or the new one.  What others may read is refused before it is read.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agent.errors import ConfigError

MAX_SECRET_BYTES: Final = 16 << 10
"""A key in PEM has some hundred."""
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path) -> None:
    """The folder, open to its owner only.

    Raises:
        ConfigError: it cannot be made, or others may look into it.
    """
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _give_to_owner(folder, folder.parent)
    except OSError as error:
        raise ConfigError(
            f"{folder}: cannot be made ({error.strerror}); give the folder above to the "
            "user that the agent runs as"
        ) from error
    if stat.S_IMODE(folder.stat().st_mode) & OTHERS:
        raise ConfigError(
            f"{folder}: others may look into the folder of the keys; chmod 0700 {folder}"
        )


def read_secret(path: Path, *, private: bool = True) -> bytes | None:
    """What the file holds; ``None`` when there is none.

    ``private`` is false for systemd's credentials, which their mount protects.

    Raises:
        ConfigError: it cannot be read, is too long, or others may read it.
    """
    try:
        # NONBLOCK: a FIFO in its place must not hold the start.
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}); it must be a plain file of the "
            "user that the agent runs as"
        ) from error
    try:
        mode = os.fstat(opened).st_mode
        if not stat.S_ISREG(mode):
            raise ConfigError(f"{path}: is no plain file")
        if private and stat.S_IMODE(mode) & OTHERS:
            raise ConfigError(f"{path}: others may read this key; chmod 0600 {path}")
        content = os.read(opened, MAX_SECRET_BYTES + 1)
    finally:
        os.close(opened)
    if len(content) > MAX_SECRET_BYTES:
        raise ConfigError(f"{path}: too long for a key")
    return content


def replace(path: Path, content: bytes) -> None:
    """Durable when it returns.

    Raises:
        ConfigError: disk full, or not ours to write.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.unlink(missing_ok=True)
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(opened)
        _give_to_owner(beside, path.parent)
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from error


def sync_folder(folder: Path) -> None:
    """A name in it is durable when this returns."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """Whoever makes or rotates keys does so one after the other."""
    lock = folder / ".lock"
    try:
        opened = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        _give_to_owner(lock, folder)
    except OSError as error:
        raise ConfigError(f"{lock}: cannot be opened ({error.strerror})") from error
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _give_to_owner(path: Path, folder: Path) -> None:
    """What root makes belongs to the agent's user, who could not read it otherwise."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
