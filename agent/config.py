"""The whole configuration: every room's own settings under one TOML file.

Facts stand in the file, secrets in files of their own that it names.  A bad
file is a :class:`ConfigError` whose text is for store IT: which file, which
key, what is wrong, what to write instead.  Unknown keys are errors: a typo must
not silently mean the default.
"""

from __future__ import annotations

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from agent.delivery.settings import MailSettings, PrinterSettings
from agent.errors import ConfigError
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.limits import LimitSettings
from agent.intake.settings import (
    DeviceDoorSettings,
    FolderDoorSettings,
    IdentitySettings,
    SerialDoorSettings,
    StarDoorSettings,
    TcpDoorSettings,
)
from agent.ocr.settings import OcrSettings
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


class Doors(_Section):
    """``[door.*]``: where print jobs come in."""

    tcp: TcpDoorSettings = TcpDoorSettings()
    star: StarDoorSettings | None = None
    serial: SerialDoorSettings | None = None
    device: DeviceDoorSettings | None = None
    folder: FolderDoorSettings | None = None
    http: HttpDoorSettings | None = None


class Config(_Section):
    """The file, whole.  Without ``[mail]`` no e-mail, without ``sync.url`` no RCU."""

    till: TillSettings
    door: Doors = Doors()
    identity: IdentitySettings = IdentitySettings()
    limits: LimitSettings = LimitSettings()
    printer: PrinterSettings
    screens: ScreensSettings = ScreensSettings()
    choice: ChoiceSettings = ChoiceSettings()
    ocr: OcrSettings = OcrSettings()
    mail: MailSettings | None = None
    sync: SyncSettings = SyncSettings()
    store: StoreSettings = StoreSettings()

    @model_validator(mode="after")
    def _ports_of_their_own(self) -> Self:
        star, http = self.door.star, self.door.http
        wanted = {
            "screens.listen": self.screens.listen,
            "door.tcp.listen": self.door.tcp.listen,
            "door.star.listen": star.listen if star else None,
            "door.http.listen": http.listen if http else None,
            "door.http.listen_tls": http.listen_tls if http else None,
        }
        taken: dict[str, str] = {}
        for key, listen in wanted.items():
            if listen and (other := taken.setdefault(listen, key)) != key:
                raise ValueError(
                    f"{other} and {key} are both {listen}; give each a port of its "
                    "own, for example 9100, 9101, 8008 and 8080"
                )
        return self


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
        raise ConfigError(
            f"{path}: not TOML: {error}; texts stand in quotes, sections in [ ]"
        ) from error
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        lines = [_say(path, detail) for detail in error.errors(include_url=False)]
        raise ConfigError("\n".join(lines)) from error


_REMEDIES: Final = {
    "missing": "missing; see config/agent.example.toml",
    "string_pattern_mismatch": "letters, digits, - and _ only, at most 32 of them",
    "float_parsing": "not a number; write for example 8.0",
    "float_type": "not a number; write for example 8.0",
    "int_parsing": "not a whole number; write for example 587",
    "int_type": "not a whole number; write for example 587",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "string_type": "a text belongs in quotes",
}


def _say(path: Path, detail: ErrorDetails) -> str:
    key = ".".join(map(str, detail["loc"])) or "(file)"
    kind, context = detail["type"], detail.get("ctx", {})
    message = _REMEDIES.get(kind, detail["msg"].removeprefix("Value error, "))
    if kind == "literal_error":
        message = f"write one of {context['expected']}"
    if kind == "extra_forbidden":
        message = _unknown(detail["loc"])
    return f"{path}: {key}: {message}"


def _unknown(place: tuple[int | str, ...]) -> str:
    """A typo gets the key that it is nearest to."""
    model: type[BaseModel] = Config
    for step in place[:-1]:
        inner = model.model_fields[str(step)].annotation
        for candidate in (inner, *get_args(inner)):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                model = candidate
    near = get_close_matches(str(place[-1]), model.model_fields, n=1)
    hint = f"did you mean {near[0]}?" if near else "see config/agent.example.toml"
    return f"unknown key; {hint}"
