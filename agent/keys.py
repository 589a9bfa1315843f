"""``receipt-agent keys``: make, show and rotate the till's keys.

What is printed is public: ids, times, public keys.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from agent import cellar
from agent.config import Config, load
from agent.errors import ConfigError, StoreError, StoreInUseError
from agent.keyring.index import PublicKey
from agent.keyring.ring import Keyring, credentials
from agent.keyring.store_key import StoreKeys


def run(arguments: argparse.Namespace) -> int:
    """One of its ways.

    Raises:
        ConfigError: a file that is missing, open to others, damaged, not writable.
    """
    config = load(arguments.config)
    return WAYS[arguments.way](config, arguments)


def _init(config: Config, _: argparse.Namespace) -> int:
    _show(_ring(config).init(datetime.now(UTC)))
    try:
        cellar.vault(config)
    except StoreError as error:
        raise ConfigError(str(error)) from error
    _show_store(config)
    return 0


def _list(config: Config, _: argparse.Namespace) -> int:
    _show(_ring(config).public())
    _show_store(config)
    return 0


def _rotate(config: Config, arguments: argparse.Namespace) -> int:
    if arguments.purpose == "store":
        return _rotate_store(config)
    ring = _ring(config)
    new = ring.rotate(arguments.purpose, datetime.now(UTC), revoke=arguments.revoke)
    _show(key for key in ring.public() if key.purpose == new.purpose)
    return 0


def _rotate_store(config: Config) -> int:
    """The key under which the database is; wrapped anew at once where no agent runs."""
    _store_keys(config).rotate()
    try:
        done = asyncio.run(_change_over(config))
    except StoreError as error:
        raise ConfigError(str(error)) from error
    _show_store(config)
    if not done:
        sys.stdout.write("the agent changes over within a minute of running\n")
    return 0


async def _change_over(config: Config) -> bool:
    """``False``: an agent runs, or none ever did, and will do it."""
    if not cellar.database(config).exists():
        return False
    try:
        async with cellar.opened(config) as store:
            await store.take_up_keys()
    except StoreInUseError:
        return False
    return True


def _ring(config: Config) -> Keyring:
    return Keyring(config.keys_dir, credentials())


def _store_keys(config: Config) -> StoreKeys:
    return StoreKeys(config.keys_dir, credentials())


def _public(config: Config, _: argparse.Namespace) -> int:
    """The index, as whoever verifies wants it."""
    for key in _ring(config).public():
        sys.stdout.write(json.dumps(asdict(key)) + "\n")
    return 0


def _show(keys: Iterable[PublicKey]) -> None:
    for key in keys:
        until = f"to {key.valid_to}" if key.valid_to else "signs"
        revoked = f", revoked {key.revoked}" if key.revoked else ""
        sys.stdout.write(
            f"{key.kid}  {key.purpose:<9}  {key.alg:<7}  from {key.valid_from} "
            f"{until}{revoked}\n"
        )


def _show_store(config: Config) -> None:
    for key, does in zip(_store_keys(config).read(), ("encrypts", "old"), strict=False):
        sys.stdout.write(f"{key.kid.hex()}  store      AES-256  {does}\n")


WAYS: Final[Mapping[str, Callable[[Config, argparse.Namespace], int]]] = (
    MappingProxyType(
        {"init": _init, "list": _list, "rotate": _rotate, "public": _public}
    )
)
