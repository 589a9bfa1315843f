"""What store IT may set about metrics."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agent.intake.settings import host_and_port, named_networks

SOCKET: Final = "metrics.sock"
"""In the state directory."""
OWN: Final = "unix"
BEFORE_PATH: Final = "unix:"
EXAMPLE: Final = (
    'write "unix", "unix:/run/receipt-agent/metrics.sock" or "127.0.0.1:9464"'
)


class MetricsSettings(BaseModel):
    """``[metrics]``: where figures, ``/healthz`` and ``/readyz`` are had.

    ``unix`` is a socket in the state directory, which root and the agent's own user may
    open: ``receipt-agent metrics`` asks there.  Prometheus wants an address; the socket is
    there beside it, for what has no network.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True
    listen: str = Field(default=OWN, description="unix, unix:PATH or ADDRESS:PORT")
    allow_from: tuple[str, ...] = Field(
        default=(),
        description="who may scrape, where listen is not of this machine only",
    )

    @field_validator("listen")
    @classmethod
    def _somewhere(cls, given: str) -> str:
        if given == OWN:
            return given
        if given.startswith(BEFORE_PATH):
            if not given.removeprefix(BEFORE_PATH).startswith("/"):
                raise ValueError(f"listen = {given!r}: no whole path; {EXAMPLE}")
            return given
        try:
            host, _ = host_and_port(given)
        except ValueError:
            raise ValueError(f"listen = {given!r} is no place; {EXAMPLE}") from None
        if ipaddress.ip_address(host).is_unspecified:
            raise ValueError(
                f"listen = {given!r} means every network of this machine: name the one "
                "address at which it is scraped"
            )
        return given

    @field_validator("allow_from")
    @classmethod
    def _networks(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return named_networks(given)

    @model_validator(mode="after")
    def _closed_by_default(self) -> Self:
        address = self.address
        if address and not _is_loopback(address[0]) and not self.allow_from:
            raise ValueError(
                f"listen = {self.listen!r} shows how this till is to the network: name "
                'who may scrape in allow_from = ["192.168.1.20"], or listen on 127.0.0.1'
            )
        return self

    @property
    def address(self) -> tuple[str, int] | None:
        """Host without brackets, and port; ``None``: a socket."""
        return None if self.listen.startswith(OWN) else host_and_port(self.listen)

    def path(self, state_dir: Path) -> Path:
        """Of the socket, which is there beside an address too."""
        if self.listen.startswith(BEFORE_PATH):
            return Path(self.listen.removeprefix(BEFORE_PATH))
        return state_dir / SOCKET

    def admits(self, source: str) -> bool:
        """Whether that address may scrape."""
        try:
            caller = ipaddress.ip_address(source)
        except ValueError:
            return False
        if isinstance(caller, ipaddress.IPv6Address) and caller.ipv4_mapped:
            caller = caller.ipv4_mapped
        return caller.is_loopback or any(
            caller in ipaddress.ip_network(each) for each in self.allow_from
        )


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback
