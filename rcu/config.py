"""The configuration: one TOML file, read whole, checked whole, then frozen.

Every refusal names the file, the key and what to do.  The RCU speaks plain
HTTP, so it listens on loopback only: a reverse proxy with TLS stands in front,
and binding wider is refused rather than warned about.
"""

from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from rcu.errors import ConfigError


def _loopback(host: str) -> str:
    remedy = (
        "use 127.0.0.1 or ::1 and let a reverse proxy with TLS stand in front "
        "(the receipt pages are capabilities: they must not travel in clear)"
    )
    try:
        address = ipaddress.ip_address(host)
    except ValueError as error:
        raise ValueError(f"{host!r} is no IP address; {remedy}") from error
    if not address.is_loopback:
        raise ValueError(f"{host} is not a loopback address; {remedy}")
    return host


class Section(BaseModel):
    """Frozen, and a key that we do not know is an error (a typo, most likely)."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ServerSettings(Section):
    """``[server]``: where to listen."""

    host: Annotated[str, AfterValidator(_loopback)] = "127.0.0.1"
    port: int = Field(default=8480, ge=0, le=65535)
    max_connections: int = Field(default=256, ge=8, le=10_000)
    """Above it a new request is answered 503: each may hold 2 MB of batch."""
    body_timeout_s: float = Field(default=30.0, gt=0, le=300)
    """A till that stalls in the middle of a batch is let go after this."""


class StoreSettings(Section):
    """``[store]``: where the two databases live."""

    directory: Path


class PageSettings(Section):
    """``[pages]``: the customer's receipt page."""

    default_lang: Literal["fr", "en"] = "fr"
    retention_days: int = Field(default=90, ge=1, le=730)
    """DOMAIN G09: a page closes 90 days after its receipt reached the RCU."""
    refresh_s: int = Field(default=5, ge=2, le=60)
    """How often the page of a receipt that is on its way looks again."""
    refresh_times: int = Field(default=24, ge=0, le=200)
    """How many times it does so by itself: a phone left open must fall silent."""


class HistorySettings(Section):
    """``[history]``: what outlives the page."""

    retention_days: int = Field(default=395, ge=1, le=1095)
    """DOMAIN G09: 13 months for receipts that name a customer; the others go
    with their page."""
    sweep_every_s: float = Field(default=3600.0, ge=1, le=86_400)


class Settings(Section):
    """The whole file."""

    server: ServerSettings = ServerSettings()
    store: StoreSettings
    pages: PageSettings = PageSettings()
    history: HistorySettings = HistorySettings()

    @model_validator(mode="after")
    def _history_covers_pages(self) -> Self:
        if self.history.retention_days < self.pages.retention_days:
            raise ValueError(
                "history.retention_days is less than pages.retention_days: a page "
                "would outlive its receipt; raise the one or lower the other"
            )
        return self


def load(path: Path) -> Settings:
    """Read and check ``path``.

    Raises:
        ConfigError: one line per fault, each with file, key and remedy.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}); copy "
            "config/rcu.example.toml there and edit it"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    try:
        settings = Settings.model_validate(table)
    except ValidationError as error:
        raise ConfigError(_faults(path, error)) from error
    directory = settings.store.directory
    if not directory.is_absolute():
        # Relative to the file, so that one folder can hold a whole demo shop.
        directory = (path.parent / directory).resolve()
    return settings.model_copy(update={"store": StoreSettings(directory=directory)})


def _faults(path: Path, error: ValidationError) -> str:
    lines = []
    for fault in error.errors(include_url=False):
        key = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            message = "unknown key; see config/rcu.example.toml for those there are"
        elif fault["type"] == "missing":
            message = "missing; config/rcu.example.toml says what it is for"
        lines.append(": ".join(part for part in (str(path), key, message) if part))
    return "\n".join(lines)
