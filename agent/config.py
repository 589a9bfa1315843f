"""The whole configuration: every room's own settings under one TOML file.

Facts stand in the file, secrets in files of their own that it names.  A bad
file is a :class:`ConfigError` whose text is for store IT: which file, which
key, what is wrong, what to write instead.  Unknown keys are errors: a typo must
not silently mean the default.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from agent.delivery.settings import MailSettings, PrinterSettings
from agent.errors import ConfigError
from agent.intake.settings import TcpDoorSettings
from agent.pipeline.settings import ChoiceSettings
from agent.screens.settings import ScreensSettings
from agent.store.settings import StoreSettings
from agent.sync.settings import SyncSettings

EXIT_CONFIG: Final = 78
"""EX_CONFIG of sysexits.h: a person must edit the file."""

_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TillSettings(_Section):
    """``[till]``: who and where we are."""

    tenant: str = Field(pattern=_NAME)
    store: str = Field(pattern=_NAME)
    till: str = Field(pattern=_NAME)
    shop: str = Field(min_length=1, max_length=60)
    country: Literal["FR"] = "FR"
    tickets_url: str
    state_dir: Path = Path("/var/lib/receipt-agent")

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
    def source(self) -> str:
        """What the RCU calls this till (CloudEvents ``source``)."""
        return f"urn:edge:{self.tenant}:{self.store}:{self.till}"


class Doors(_Section):
    """``[door.*]``: where print jobs come in."""

    tcp: TcpDoorSettings = TcpDoorSettings()


class Config(_Section):
    """The file, whole.  Without ``[mail]`` no e-mail, without ``sync.url`` no RCU."""

    till: TillSettings
    door: Doors = Doors()
    printer: PrinterSettings
    screens: ScreensSettings = ScreensSettings()
    choice: ChoiceSettings = ChoiceSettings()
    mail: MailSettings | None = None
    sync: SyncSettings = SyncSettings()
    store: StoreSettings = StoreSettings()


def load(path: Path) -> Config:
    """Read and check the file.

    Raises:
        ConfigError: one line a problem, each with file, key and remedy.
    """
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: no such file; start from config/agent.example.toml"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        lines = [_say(path, detail) for detail in error.errors(include_url=False)]
        raise ConfigError("\n".join(lines)) from error


_REMEDIES: Final = {
    "missing": "missing; see config/agent.example.toml",
    "extra_forbidden": "unknown key; see config/agent.example.toml for the known ones",
}


def _say(path: Path, detail: ErrorDetails) -> str:
    key = ".".join(map(str, detail["loc"])) or "(file)"
    message = _REMEDIES.get(detail["type"], detail["msg"].removeprefix("Value error, "))
    return f"{path}: {key}: {message}"
