"""What store IT may set about the screens."""

from __future__ import annotations

import ipaddress
from typing import Final

from pydantic import BaseModel, ConfigDict, field_validator

DEFAULT_LISTEN: Final = "127.0.0.1:8080"


class ScreensSettings(BaseModel):
    """``[screens]``: where the till's own browser finds its pages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: str = DEFAULT_LISTEN

    @field_validator("listen")
    @classmethod
    def _loopback_only(cls, given: str) -> str:
        host, port = _split(given)
        if port is None or not _is_loopback(host):
            raise ValueError(
                f"listen = {given!r}: the screens know no password, so only this "
                "machine may open them; write an address of it and a port, for "
                f'example listen = "{DEFAULT_LISTEN}" or "[::1]:8080"'
            )
        return given

    @property
    def address(self) -> tuple[str, int]:
        """Host without brackets, and port; port 0 lets the system choose."""
        host, port = _split(self.listen)
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
