"""The key that the till's database is encrypted under: made, named, replaced.

32 random bytes in ``store.key``, among systemd's credentials or else in the folder.  It
wraps the data keys of :mod:`agent.store.data_keys` and does nothing else.  A rotation
leaves the one before as ``store.key.old`` until everything is wrapped anew.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from agent.errors import ConfigError
from agent.keyring import safe

NAME: Final = "store.key"
OLD: Final = "store.key.old"
KEY_BYTES: Final = 32
KID_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class StoreKey:
    """One key; ``kid`` names it and says nothing of it."""

    kid: bytes
    secret: bytes = field(repr=False)


class StoreKeys:
    """Blocking.  ``folder`` is the keyring's; credentials go before.

    Raises (all methods):
        ConfigError: a file that is missing, open to others, damaged, not writable;
            its text names file and remedy, and never what stands in it.
    """

    def __init__(self, folder: Path, credentials: Path | None = None) -> None:
        self._folder = folder
        self._credentials = credentials

    def read(self) -> tuple[StoreKey, ...]:
        """The current one, then the one before while it is needed; empty: none yet."""
        found = (self._one(NAME), self._one(OLD))
        if found[0] is None and found[1] is not None:
            raise ConfigError(
                f"{self._folder / NAME}: not there, and {OLD} is; put the key back, or "
                f"rename {OLD} to {NAME}"
            )
        return tuple(key for key in found if key is not None)

    def made(self) -> tuple[StoreKey, ...]:
        """As ``read``; the first one is made where there is none."""
        safe.make_folder(self._folder)
        with safe.alone(self._folder):
            if not (found := self.read()):
                safe.replace(self._folder / NAME, os.urandom(KEY_BYTES))
                found = self.read()
            return found

    def rotate(self) -> StoreKey:
        """A new one; the one before stays beside it until the agent has changed over."""
        safe.make_folder(self._folder)
        with safe.alone(self._folder):
            if self._is_credential(NAME):
                raise ConfigError(
                    f"{NAME} is one of systemd's credentials: give the new key as {NAME} and "
                    f"the one before as {OLD}, restart the agent, and take {OLD} away when "
                    "its log says that it is not needed any more"
                )
            found = self.read()
            if not found:
                raise ConfigError(
                    f"{self._folder / NAME}: no such key; receipt-agent keys init"
                )
            if len(found) > 1:
                raise ConfigError(
                    f"{self._folder / OLD}: the last rotation is not done yet; start the "
                    "agent once (it takes seconds), then rotate again"
                )
            # The old one first: a crash in between leaves the same key twice.
            safe.replace(self._folder / OLD, found[0].secret)
            safe.replace(self._folder / NAME, os.urandom(KEY_BYTES))
            return self.read()[0]

    def retire(self) -> bool:
        """Nothing is under the old one any more; ``False``: it is a credential."""
        safe.make_folder(self._folder)
        with safe.alone(self._folder):
            (self._folder / OLD).unlink(missing_ok=True)
            safe.sync_folder(self._folder)
        return not self._is_credential(OLD)

    def _one(self, name: str) -> StoreKey | None:
        path, secret = self._folder / name, None
        if self._credentials is not None:
            path = self._credentials / name
            secret = safe.read_secret(path, private=False)
        if secret is None:
            path = self._folder / name
            secret = safe.read_secret(path)
        if secret is None:
            return None
        if len(secret) != KEY_BYTES:
            raise ConfigError(
                f"{path}: {len(secret)} bytes, and a key of the store has {KEY_BYTES}; put "
                "the right file back"
            )
        return StoreKey(kid_of(secret), secret)

    def _is_credential(self, name: str) -> bool:
        return self._credentials is not None and (self._credentials / name).exists()


def kid_of(secret: bytes) -> bytes:
    """What a key is called: 8 bytes that tell nothing of it."""
    return hmac.digest(secret, b"receipt-agent store key id", sha256)[:KID_BYTES]
