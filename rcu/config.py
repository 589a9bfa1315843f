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

from agent.usage import shipped
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
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """Figures for Prometheus on 127.0.0.1, for this machine only; 0: none."""


class StoreSettings(Section):
    """``[store]``: where the two databases live."""

    directory: Path


class TillSettings(Section):
    """``[tills]``: who may send, and what tills call this server."""

    unsigned: bool = False
    """Whether a till that has a token and no key is admitted (``enrol``, as before)."""
    urls: tuple[Annotated[str, Field(pattern=r"^https?://[!-~]{1,200}$")], ...] = ()
    """As the tills' ``sync.url`` has it: signatures cover it.  Empty: what the request's
    Host says, which a proxy has to pass on."""


class PageSettings(Section):
    """``[pages]``: the customer's receipt page."""

    default_lang: Literal["fr", "en", "es", "de", "ar"] = "fr"
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


class ViewerSettings(Section):
    """``[viewer]``: the page that reads a receipt out of its own address."""

    directory: str = ""
    """What ``receipt-agent keylist build`` wrote: keys, and the stores' dictionaries."""


class AccountSettings(Section):
    """``[accounts]``: « mes tickets », entered by a link that is mailed."""

    url: str = Field(default="", pattern=r"^(https?://[!-~]{1,200})?$")
    """Where customers reach this server; empty: there are no accounts."""
    link_minutes: int = Field(default=15, ge=5, le=60)
    session_days: int = Field(default=30, ge=1, le=90)
    sender: str = ""
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password_file: str = ""

    @model_validator(mode="after")
    def _mails_somewhere(self) -> Self:
        if not self.url:
            return self
        if not (self.smtp_host and "@" in self.sender):
            raise ValueError(
                "an account is entered by a mailed link: write smtp_host and sender, or "
                "leave url out"
            )
        own = ("http://127.0.0.1", "http://localhost", "http://[::1]")
        if not self.url.startswith(("https://", *own)):
            raise ValueError("url: https only; a session must not travel in clear")
        return self


class FleetSettings(Section):
    """``[fleet]``: the page of store IT."""

    url: str = Field(default="", pattern=r"^(https?://[!-~]{1,200})?$")
    """Where store IT reaches this server by a proxy; empty: on this machine only."""
    session_hours: int = Field(default=12, ge=1, le=168)

    @model_validator(mode="after")
    def _not_in_clear(self) -> Self:
        own = ("http://127.0.0.1", "http://localhost", "http://[::1]")
        if self.url and not self.url.startswith(("https://", *own)):
            raise ValueError("url: https only; a session must not travel in clear")
        return self


class SmsSettings(Section):
    """``[sms]``: carriers that say what became of text messages."""

    twilio_url: str = Field(default="", pattern=r"^(https://[!-~]{1,200})?$")
    """As the tills' ``sms.twilio.callback_url`` has it: Twilio signs it."""
    twilio_secret_file: str = ""
    ovh_secret_file: str = ""

    @model_validator(mode="after")
    def _signed_over_something(self) -> Self:
        if bool(self.twilio_url) != bool(self.twilio_secret_file):
            raise ValueError(
                "twilio_url and twilio_secret_file belong together; "
                "write both or neither"
            )
        return self


class MailboxSettings(Section):
    """``[mail.mailbox]``: where the tills' ``mail.return_path`` is delivered."""

    host: str = Field(min_length=1, max_length=253)
    port: int = Field(default=993, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "tls"
    username: str = Field(min_length=1, max_length=254)
    password_file: str = Field(min_length=1)
    ca_file: str = ""
    folder: str = Field(default="INBOX", pattern=r"^[!-~ ]{1,200}$")
    done_folder: str = Field(default="", pattern=r"^[!-~ ]{0,200}$")
    """Where what was read is put; without one it stays, marked as read."""
    every_s: float = Field(default=60.0, ge=5, le=3600)

    @model_validator(mode="after")
    def _nobody_listens(self) -> Self:
        if self.security == "none" and self.host not in {"127.0.0.1", "::1"}:
            raise ValueError(
                f"security = 'none' would send the password readable to {self.host}; "
                "write 'tls' or 'starttls'"
            )
        return self


class MailSettings(Section):
    """``[mail]``: what becomes of the tills' e-mails after a relay took them."""

    hook_secret_file: str = ""
    """Under which ``POST /v1/mail/reports`` is signed; without one it is not there."""
    mailgun_key_file: str = ""
    """The key of Mailgun's webhooks; ``POST /v1/mail/mailgun``."""
    mailbox: MailboxSettings | None = None


class Settings(Section):
    """The whole file."""

    server: ServerSettings = ServerSettings()
    store: StoreSettings
    tills: TillSettings = TillSettings()
    pages: PageSettings = PageSettings()
    history: HistorySettings = HistorySettings()
    viewer: ViewerSettings = ViewerSettings()
    accounts: AccountSettings = AccountSettings()
    sms: SmsSettings = SmsSettings()
    mail: MailSettings = MailSettings()
    fleet: FleetSettings = FleetSettings()

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
            f"{shipped.example('rcu.example.toml')} there and edit it"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    try:
        settings = Settings.model_validate(table)
    except ValidationError as error:
        raise ConfigError(_faults(path, error)) from error
    # Relative to the file, so that one folder can hold a whole demo shop.
    store = (path.parent / settings.store.directory).resolve()
    named = settings.viewer.directory
    keys = str((path.parent / named).resolve()) if named else ""
    if keys and not Path(keys).is_dir():
        raise ConfigError(
            f"{path}: viewer.directory: {keys} is no folder; make it with "
            "receipt-agent keylist build -o, or leave the key out"
        )
    return settings.model_copy(
        update={
            "store": StoreSettings(directory=store),
            "viewer": ViewerSettings(directory=keys),
        }
    )


def _faults(path: Path, error: ValidationError) -> str:
    lines, example = [], shipped.example("rcu.example.toml")
    for fault in error.errors(include_url=False):
        key = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            message = f"unknown key; see {example} for those there are"
        elif fault["type"] == "missing":
            message = f"missing; {example} says what it is for"
        lines.append(": ".join(part for part in (str(path), key, message) if part))
    return "\n".join(lines)
