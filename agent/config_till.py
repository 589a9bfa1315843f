"""``[till]`` and ``[door.*]``: who and where a till is, and what it opens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from agent.intake.http_settings import HttpDoorSettings
from agent.intake.settings import (
    DeviceDoorSettings,
    FolderDoorSettings,
    SerialDoorSettings,
    StarDoorSettings,
    TcpDoorSettings,
)

_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$"


class Section(BaseModel):
    """Frozen; a key that nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TillSettings(Section):
    """``[till]``: who and where we are."""

    tenant: str = Field(pattern=_NAME)
    store: str = Field(pattern=_NAME)
    till: str = Field(pattern=_NAME)
    shop: str = Field(min_length=1, max_length=60)
    country: str = "FR"
    """ISO 3166-1 alpha-2: whose rules hold, and whose papers these are."""
    tickets_url: str
    state_dir: Path = Path("/var/lib/receipt-agent")
    sensitive: bool = False
    """What is sold here is nobody's business: no goods in mails, no address to the RCU."""

    @field_validator("country")
    @classmethod
    def _two_letters(cls, text: str) -> str:
        if not (
            len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()
        ):
            raise ValueError(
                f'{text!r} is no country; write two capitals, "FR" or "DE"'
            )
        return text

    @field_validator("tickets_url")
    @classmethod
    def _reachable_by_phones(cls, text: str) -> str:
        parts = urlsplit(text)
        local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise ValueError(
                f"{text!r} goes into the customer's QR: write an https:// address"
            )
        if not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"{text!r} is no base address; https://tickets.example")
        return text.rstrip("/")

    @property
    def spool_dir(self) -> Path:
        """Where jobs stand that are still being received.

        systemd's RuntimeDirectory= is memory: it outlives the process, never waits for a
        disk, and keeps nothing of a customer when the till is switched off.
        """
        given = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
        return (Path(given) if given else self.state_dir) / "arriving"

    @property
    def source(self) -> str:
        """What the RCU calls this till (CloudEvents ``source``)."""
        return f"urn:edge:{self.tenant}:{self.store}:{self.till}"


class Doors(Section):
    """``[door.*]``: where print jobs come in."""

    tcp: TcpDoorSettings = TcpDoorSettings()
    star: StarDoorSettings | None = None
    serial: SerialDoorSettings | None = None
    device: DeviceDoorSettings | None = None
    folder: FolderDoorSettings | None = None
    http: HttpDoorSettings | None = None
