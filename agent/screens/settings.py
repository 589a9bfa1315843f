"""What store IT may set about the screens."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agent.screens.brand import checked

DEFAULT_LISTEN: Final = "127.0.0.1:8080"
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


class ScreensSettings(BaseModel):
    """``[screens]``: where pages are found, at the till and from paired tablets.

    ``names`` are the host names by which tablets reach ``listen_tls``, beside its
    addresses.  Without ``certfile`` a certificate of our own is made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: str = DEFAULT_LISTEN
    listen_tls: str | None = None
    certfile: Path | None = None
    keyfile: Path | None = None
    names: tuple[str, ...] = ()
    session_days: int = Field(default=30, ge=1, le=366)
    theme: Literal["auto", "light", "dark"] = "auto"
    sound: bool = True
    """A short tone when a receipt comes to the customer's display."""
    accent: str | None = None
    """The retailer's colour, dark enough to be written in: ``#085A42``."""
    logo: Path | None = None

    @field_validator("listen")
    @classmethod
    def _loopback_only(cls, given: str) -> str:
        host, port = _split(given)
        if port is None:
            raise ValueError(
                f"listen = {given!r}: it ends with no port from 0 to 65535; write for "
                f'example listen = "{DEFAULT_LISTEN}"'
            )
        if not _is_loopback(host):
            raise ValueError(
                f"listen = {given!r}: whoever opens this address is at the till, so "
                "only this machine may; write an address of it and a port, for "
                f'example listen = "{DEFAULT_LISTEN}" or "[::1]:8080"; tablets come '
                "in by listen_tls"
            )
        return given

    @field_validator("listen_tls")
    @classmethod
    def _an_address(cls, given: str | None) -> str | None:
        if not given:
            return None
        host, port = _split(given)
        try:
            ipaddress.ip_address(host)
        except ValueError:
            port = None
        if port is None:
            raise ValueError(
                f"listen_tls = {given!r}: write an address of this machine and a port, "
                'for example listen_tls = "0.0.0.0:8443"'
            )
        return given

    @field_validator("names")
    @classmethod
    def _host_names(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for text in given:
            if not _NAME.fullmatch(text):
                raise ValueError(
                    f"{text!r} is no host name; write it in small letters, without a "
                    'port, for example "caisse-2.magasin.example"'
                )
        return given

    @field_validator("accent")
    @classmethod
    def _legible(cls, given: str | None) -> str | None:
        return checked(given) if given else None

    @model_validator(mode="after")
    def _whole_certificate(self) -> Self:
        if self.keyfile is not None and self.certfile is None:
            raise ValueError("keyfile wants its certificate: name it in certfile")
        return self

    @property
    def address(self) -> tuple[str, int]:
        """Host without brackets, and port; port 0 lets the system choose."""
        host, port = _split(self.listen)
        return host, port or 0

    @property
    def address_tls(self) -> tuple[str, int] | None:
        """The same, for tablets; ``None``: none may come."""
        if self.listen_tls is None:
            return None
        host, port = _split(self.listen_tls)
        return host, port or 0


def _split(text: str) -> tuple[str, int | None]:
    host, _, port = text.rpartition(":")
    fine = port.isascii() and port.isdigit() and int(port) < 1 << 16
    return host.removeprefix("[").removesuffix("]"), int(port) if fine else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
