"""What store IT may set about the doors."""

from __future__ import annotations

import ipaddress
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

MAX_CONNECTIONS: Final = 128
"""One till talks on two or three; the rest is room for a noisy network scan."""


def host_and_port(text: str) -> tuple[str, int]:
    """``127.0.0.1:9100`` or ``[::1]:9100``; raises ``ValueError`` with the remedy."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        ipaddress.ip_address(host)
        number = int(port)
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise ValueError(
            f"{text!r} is not ADDRESS:PORT; write for example 127.0.0.1:9100"
        )
    return host, number


class TcpDoorSettings(BaseModel):
    """``[door.tcp]``: the port where the POS finds its printer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: str = "127.0.0.1:9100"
    allow_from: tuple[str, ...] = ()
    idle_close_s: float = Field(default=300.0, gt=0)
    identity_maker: str = Field(default="EPSON", max_length=32)
    identity_model: str = Field(default="TM-T88V", max_length=32)

    @field_validator("allow_from")
    @classmethod
    def _networks(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for text in given:
            try:
                everyone = ipaddress.ip_network(text).prefixlen == 0
            except ValueError:
                everyone = True
            if everyone:
                raise ValueError(
                    f"{text!r} is not an address or a network; "
                    "write for example 192.168.1.20 or 192.168.1.0/28"
                )
        return given

    @model_validator(mode="after")
    def _closed_by_default(self) -> Self:
        host, _ = host_and_port(self.listen)
        if not ipaddress.ip_address(host).is_loopback and not self.allow_from:
            raise ValueError(
                f"listen = {self.listen!r} opens the printer port to the network, "
                "which knows no password: name the tills that may print in "
                'allow_from = ["192.168.1.20"], or listen on 127.0.0.1'
            )
        if ipaddress.ip_address(host).is_unspecified:
            raise ValueError(
                f"listen = {self.listen!r} means every network of this machine: "
                "name the one address that the tills use"
            )
        return self

    @property
    def address(self) -> tuple[str, int]:
        """Host without brackets, and port."""
        return host_and_port(self.listen)

    def admits(self, source: str) -> bool:
        """Whether a POS at this address may print."""
        address = ipaddress.ip_address(source.partition("%")[0])
        return address.is_loopback or any(
            address in ipaddress.ip_network(text) for text in self.allow_from
        )
