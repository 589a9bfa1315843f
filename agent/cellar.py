"""The database and the keys it is encrypted under, for the daemon and for commands."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.clock import SystemClock
from agent.config import Config
from agent.errors import ConfigError, StoreError
from agent.keyring.ring import SUBJECT_ID, Keyring, credentials
from agent.keyring.store_key import StoreKey, StoreKeys
from agent.store import run_key
from agent.store.data_keys import KeyEncryptionKey, is_encrypted
from agent.store.references import References
from agent.store.run_key import OpenedRun, RunKey
from agent.store.vault import Vault

if TYPE_CHECKING:
    from agent.store.store import Store

log = logging.getLogger(__name__)

DATABASE: Final = "agent.db"


def database(config: Config) -> Path:
    """Where it is."""
    return config.till.state_dir / DATABASE


def opened(config: Config) -> AbstractAsyncContextManager[Store]:
    """The till's own store, for a command that has it while no agent runs.

    Raises:
        StoreInUseError: from within: one runs.
    """
    from agent.store.store import Store  # most commands only look at where it is

    return Store.open(
        database(config),
        sealer=vault(config),
        clock=SystemClock(),
        settings=config.store,
    )


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


def spool_keys(config: Config) -> SpoolKeys | None:
    """What jobs are under that are still being received; ``None``: they are in memory."""
    on_disk = config.till.spool_dir.parent == config.till.state_dir
    return SpoolKeys(store_keys(config)) if on_disk else None


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


class SpoolKeys:
    """The key of this run, and those of runs before, under the till's own."""

    def __init__(self, keys: StoreKeys) -> None:
        self._files = Files(keys)
        self._run: RunKey | None = None
        self._asked = False

    def run(self) -> RunKey | None:
        """Made when the first line needs it; without the till's key nothing is spooled."""
        if not self._asked:
            self._asked = True
            keks = self._keks()
            self._run = RunKey(keks[0]) if keks else None
            if self._run is None:
                log.warning("nothing is spooled: there is no key to encrypt it")
        return self._run

    def opened(self, wrapped: bytes) -> OpenedRun | None:
        return run_key.opened(self._keks(), wrapped)

    def _keks(self) -> tuple[KeyEncryptionKey, ...]:
        try:
            return self._files.read()
        except StoreError as error:
            log.error("the spool has no key", extra={"problem": str(error)})  # noqa: TRY400 -- it says it all
            return ()


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
