"""Where the RCU is and how to speak to it.  An empty ``url`` turns sync off."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from agent.errors import ConfigError
from agent.wire.events import MAX_EVENTS
from agent.wire.heartbeat import EVERY_S
from agent.wire.in_turn import MAX_IN_FLIGHT

MAX_TOKEN_BYTES = 4096
"""A bearer token, not a file given by mistake."""


class SyncSettings(BaseModel):
    """The uplink.  The token itself stands in a file, never here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(
        default="", description="the RCU's address, https://...; empty: no uplink"
    )
    token_file: Path | None = Field(
        default=None,
        description="a file with this till's bearer token; else the state folder's",
    )
    ca_file: Path | None = Field(
        default=None, description="the chain's own authority, if it has one"
    )
    client_cert_file: Path | None = Field(
        default=None, description="for a proxy of the RCU that asks for one (mTLS)"
    )
    client_key_file: Path | None = Field(default=None, description="its private key")
    max_events: int = Field(default=MAX_EVENTS, ge=1, le=MAX_EVENTS)
    max_in_flight: int = Field(
        default=4, ge=1, le=MAX_IN_FLIGHT, description="batches on their way at a time"
    )
    max_batch_kb: int = Field(
        default=600, ge=1, le=700, description="of bodies, before gzip"
    )
    connect_timeout_s: float = Field(default=5.0, gt=0)
    transfer_timeout_s: float = Field(default=30.0, gt=0)
    retry_base_s: float = Field(default=1.0, gt=0)
    retry_cap_s: float = Field(default=300.0, gt=0)
    heartbeat_s: float = Field(
        default=EVERY_S, ge=1, le=3600, description="how often the RCU hears how we are"
    )
    refused_retry_s: float = Field(
        default=300.0,
        gt=0,
        description="how often to knock again when the RCU does not know the till",
    )

    @property
    def enabled(self) -> bool:
        """Whether there is an RCU to speak to."""
        return bool(self.url)

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if not self.url:
            return self
        parts = urlsplit(self.url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError("url: give https://host[:port]")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("url: no user, password, query or fragment in it")
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise ValueError("url: plain http is for this machine only; use https")
        if (self.client_cert_file is None) != (self.client_key_file is None):
            raise ValueError("client_cert_file and client_key_file belong together")
        return self

    def read_token(self) -> SecretStr:
        """The token, from its file.

        Raises:
            ConfigError: no such file, empty, or not a token.
        """
        try:
            with Path(self.token_file or "").open("rb") as file:
                raw = file.read(MAX_TOKEN_BYTES + 1).strip()
        except OSError as error:
            raise ConfigError(
                f"sync.token_file: {self.token_file}: {error.strerror}; "
                "put the token there that receipt-rcu enrol prints for this till"
            ) from error
        return token_in(raw, f"sync.token_file: {self.token_file}")


def token_in(raw: bytes, place: str) -> SecretStr:
    """The token that a file holds.

    Raises:
        ConfigError: empty, or not a token; ``place`` says which file.
    """
    raw = raw.strip()
    # RFC 6750, 2.1: b64token; anything else could split the header.
    if not raw or len(raw) > MAX_TOKEN_BYTES or not _is_token(raw):
        raise ConfigError(f"{place} does not hold one token")
    return SecretStr(raw.decode())


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_token(raw: bytes) -> bool:
    return all(0x21 <= byte <= 0x7E for byte in raw)
