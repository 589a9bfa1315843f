"""What store IT may set about printing over HTTP."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agent.intake.settings import TcpDoorSettings, host_and_port

_ORIGIN: Final = re.compile(
    r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?|https?://\[[0-9a-f:]+\](?::[0-9]{1,5})?"
)
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


class HttpDoorSettings(BaseModel):
    """``[door.http]``: ePOS-Print XML, and JSON jobs when there is a token for them.

    An empty ``listen`` is none: HTTPS alone.  ``origins`` are the web pages that may print from a browser, ``names`` the host names
    under which they reach us beside our addresses.  ``certfile`` may hold the key as well.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: str | None = "127.0.0.1:8008"
    listen_tls: str | None = None
    certfile: Path | None = None
    keyfile: Path | None = None
    allow_from: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    devices: tuple[str, ...] = Field(default=("local_printer",), min_length=1)
    token_file: Path | None = None
    dots_per_inch: Literal[180, 203] = 203
    """In what the POS counts: 180 for one that was set up for a TM-T88."""

    @field_validator("listen", "listen_tls")
    @classmethod
    def _addresses(cls, given: str | None) -> str | None:
        if given:
            host_and_port(given)
        return given or None

    @field_validator("origins")
    @classmethod
    def _origins(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for text in given:
            if not _ORIGIN.fullmatch(text):
                raise ValueError(
                    f"{text!r} is no origin; write the page's address up to the first "
                    'slash, in small letters, for example "https://pos.example"'
                )
        return given

    @field_validator("names")
    @classmethod
    def _names(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for text in given:
            if not _NAME.fullmatch(text):
                raise ValueError(
                    f"{text!r} is no host name; write for example printer.shop.example"
                )
        return given

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.listen is None and self.listen_tls is None:
            raise ValueError(
                "neither listen nor listen_tls: write for example "
                'listen = "127.0.0.1:8008", or leave [door.http] out'
            )
        if self.listen_tls is not None and self.certfile is None:
            raise ValueError(
                "listen_tls wants a certificate: name its file in certfile, and the "
                "file of its key in keyfile"
            )
        for listen in (self.listen, self.listen_tls):
            if listen is not None:
                TcpDoorSettings(listen=listen, allow_from=self.allow_from)
        return self

    @property
    def addresses(self) -> tuple[tuple[str, int] | None, tuple[str, int] | None]:
        """Host and port without and with TLS."""
        plain, tls = (
            None if text is None else host_and_port(text)
            for text in (self.listen, self.listen_tls)
        )
        return plain, tls

    def admits(self, source: str) -> bool:
        """Whether a POS at this address may print."""
        try:
            address = ipaddress.ip_address(source.partition("%")[0])
        except ValueError:
            return False
        return address.is_loopback or any(
            address in ipaddress.ip_network(text) for text in self.allow_from
        )
