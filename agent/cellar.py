"""The keys that the database is encrypted under, for the daemon and for commands."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agent.config import Config
from agent.errors import ConfigError, StoreError
from agent.keyring.ring import SUBJECT_ID, Keyring, credentials
from agent.keyring.store_key import StoreKey, StoreKeys
from agent.store.data_keys import KeyEncryptionKey, is_encrypted
from agent.store.references import References
from agent.store.vault import Vault

log = logging.getLogger(__name__)

DATABASE: Final = "agent.db"


def database(config: Config) -> Path:
    """Where it is."""
    return config.till.state_dir / DATABASE


def forget_dir(config: Config) -> Path:
    """Where ``forget`` leaves what the agent takes up."""
    return config.till.state_dir / "forget"


def vault(config: Config) -> Vault:
    """What reads and writes the database.  Blocking.

    The key is made where there is none and nothing is encrypted yet.

    Raises:
        StoreError: no key, or none that may be used; its text names file and remedy.
    """
    return _vault(database(config), config.keys_dir, make=True)


def reading(config: Config) -> Vault:
    """What reads it; makes nothing.  Raises as ``vault``."""
    return _vault(database(config), config.keys_dir, make=False)


def keys_at(config: Config) -> Vault:
    """The till's keys, whatever stands in the database.  Raises as ``vault``."""
    return Vault(Files(store_keys(config)).read())


def store_keys(config: Config) -> StoreKeys:
    """The files of the key."""
    return StoreKeys(config.keys_dir, credentials())


def beside(path: Path) -> Vault:
    """What reads a database of which only the place is known.  Raises as ``vault``."""
    return _vault(path, path.parent / "keys", make=False)


def _vault(path: Path, folder: Path, *, make: bool) -> Vault:
    source = Files(StoreKeys(folder, credentials()))
    found = source.read()
    if not found and is_encrypted(path):
        raise StoreError(
            f"{folder / 'store.key'}: not there, and the database is encrypted under "
            "it: put it back (0600), or give it as the credential store.key"
        )
    if not found and make:
        found = source.make()
    return Vault(found, source, _references(folder, make=make))


def _references(folder: Path, *, make: bool) -> References | None:
    """Without its secret nobody is found by a contact; nothing else is wrong."""
    if not make and not (folder / SUBJECT_ID).exists():
        return None
    try:
        key = Keyring(folder, credentials()).subject_key()
    except (ConfigError, OSError) as error:
        log.critical("receipts are not known by any contact: %s", error)
        return None
    return References(bytes.fromhex(key.kid), key.secret)


class Files:
    """The keyring's files, for the store."""

    def __init__(self, keys: StoreKeys) -> None:
        self._keys = keys

    def read(self) -> tuple[KeyEncryptionKey, ...]:
        with _as_store_error():
            return tuple(map(_kek, self._keys.read()))

    def make(self) -> tuple[KeyEncryptionKey, ...]:
        """The first one."""
        with _as_store_error():
            return tuple(map(_kek, self._keys.made()))

    def retire(self) -> None:
        with _as_store_error():
            if not self._keys.retire():
                log.warning("store.key.old is not needed any more, take it away")


@contextmanager
def _as_store_error() -> Generator[None]:
    try:
        yield
    except (ConfigError, OSError) as error:
        raise StoreError(str(error)) from error


def _kek(key: StoreKey) -> KeyEncryptionKey:
    return KeyEncryptionKey(key.kid, key.secret)
