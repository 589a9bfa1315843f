"""What makes a till known to its RCU, and the RCU to it: files of mode 0600.

``receipt-agent enrol`` writes them: ``rcu/keys.jsonl`` in the state folder, the RCU's
public keys, one a line as in the till's own index; and the token, where ``token_file``
says or beside it.  With a pinned key every request is signed, and only what the RCU has
signed is an answer.  A token alone is how tills were admitted before; an RCU takes it
where it is configured to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, Protocol

from pydantic import SecretStr

from agent.errors import ConfigError
from agent.keyring import index, safe
from agent.keyring.index import PublicKey
from agent.sync.settings import SyncSettings, token_in

FOLDER: Final = "rcu"
PINS: Final = "keys.jsonl"
TOKEN: Final = "token"  # noqa: S105 -- a file's name


class Signs(Protocol):
    """A key at work."""

    @property
    def kid(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


class Ring(Protocol):
    """The till's keys; blocking."""

    def signer(self, purpose: Literal["transport"], now: datetime) -> Signs: ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """``pinned``: the RCU's keys by id; with none nothing is signed or checked."""

    token: SecretStr | None = None
    signer: Signs | None = field(default=None, repr=False)
    pinned: Mapping[str, PublicKey] = field(default_factory=dict)


def folder_of(state_dir: Path) -> Path:
    """Where they are."""
    return state_dir / FOLDER


def load(
    settings: SyncSettings, state_dir: Path, ring: Ring, now: datetime
) -> Credentials:
    """As they are now.  Blocking.

    Raises:
        ConfigError: this till is not enrolled, or a file cannot be used.
    """
    folder = folder_of(state_dir)
    pins = safe.read_secret(folder / PINS)
    beside = folder / TOKEN
    token: SecretStr | None = None
    if settings.token_file is not None:
        token = settings.read_token()
    elif (kept := safe.read_secret(beside)) is not None:
        token = token_in(kept, str(beside))
    if pins is None:
        if token is None:
            raise ConfigError(
                f"{folder}: this till is not enrolled at its RCU; have receipt-rcu "
                f"enrol-code make a code, then: receipt-agent enrol {settings.url} CODE"
            )
        return Credentials(token)
    pinned = {key.kid: key for key in index.read(pins, str(folder / PINS))}
    if not pinned:
        raise ConfigError(f"{folder / PINS}: holds no key; enrol this till again")
    return Credentials(token, ring.signer("transport", now), MappingProxyType(pinned))


def keep(folder: Path, token_file: Path | None, token: str, pin: PublicKey) -> Path:
    """Write what an enrolment came to; where the token is.  Blocking.

    Raises:
        ConfigError: disk full, or not ours to write.
    """
    safe.make_folder(folder)
    place = token_file or folder / TOKEN
    safe.replace(place, token.encode() + b"\n")
    # Last: with it the till signs, and believes no one else.
    safe.replace(folder / PINS, index.write([pin]))
    return place
