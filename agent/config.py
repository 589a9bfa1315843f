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
from typing import Final, Self, get_args
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

from agent.consent.settings import ConsentSettings
from agent.delivery.settings import PrinterSettings, TcpLink
from agent.delivery.settings_mail import MailSettings
from agent.delivery.settings_sms import SmsSettings
from agent.errors import ConfigError
from agent.hands.settings import (
    HandsSettings,
    KeypadSettings,
    ScannerSettings,
    clash,
)
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.limits import LimitSettings
from agent.intake.settings import (
    DeviceDoorSettings,
    FolderDoorSettings,
    IdentitySettings,
    SerialDoorSettings,
    StarDoorSettings,
    TcpDoorSettings,
    host_and_port,
)
from agent.ocr.settings import OcrSettings
from agent.pipeline.settings import (
    ChoiceSettings,
    PolicySettings,
    QrSettings,
    ReceiptSettings,
)
from agent.screens.settings import ScreensSettings
from agent.store.settings import StoreSettings
from agent.sync.settings import SyncSettings

EXIT_CONFIG: Final = 78
"""EX_CONFIG of sysexits.h: a person must edit the file."""

MAX_SMS_ADDRESS: Final = 100
"""Of ``tickets_url``: ``/r/``, a token and a word have to stand beside it."""

_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TillSettings(_Section):
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


class Doors(_Section):
    """``[door.*]``: where print jobs come in."""

    tcp: TcpDoorSettings = TcpDoorSettings()
    star: StarDoorSettings | None = None
    serial: SerialDoorSettings | None = None
    device: DeviceDoorSettings | None = None
    folder: FolderDoorSettings | None = None
    http: HttpDoorSettings | None = None


class Config(_Section):
    """The file, whole.  Without ``[mail]`` no e-mail, without ``[sms]`` no SMS, without ``sync.url`` no RCU."""

    till: TillSettings
    door: Doors = Doors()
    identity: IdentitySettings = IdentitySettings()
    limits: LimitSettings = LimitSettings()
    printer: PrinterSettings
    screens: ScreensSettings = ScreensSettings()
    choice: ChoiceSettings = ChoiceSettings()
    consent: ConsentSettings = ConsentSettings()
    receipt: ReceiptSettings = ReceiptSettings()
    policy: PolicySettings = PolicySettings()
    qr: QrSettings = QrSettings()
    ocr: OcrSettings = OcrSettings()
    mail: MailSettings | None = None
    sms: SmsSettings | None = None
    sync: SyncSettings = SyncSettings()
    store: StoreSettings = StoreSettings()
    hands: HandsSettings = HandsSettings()
    keypad: tuple[KeypadSettings, ...] = ()
    scanner: tuple[ScannerSettings, ...] = ()

    @property
    def keys_dir(self) -> Path:
        """Where the till's keys are."""
        return self.consent.keys or self.till.state_dir / "keys"

    @property
    def replays_dir(self) -> Path:
        """Where ``deliveries replay`` leaves what the agent takes up."""
        return self.till.state_dir / "replays"

    @property
    def withdrawals_dir(self) -> Path:
        """Where ``consent withdraw`` leaves what the agent takes up."""
        return self.till.state_dir / "withdrawals"

    @model_validator(mode="after")
    def _ports_of_their_own(self) -> Self:
        star, http = self.door.star, self.door.http
        wanted = {
            "screens.listen": self.screens.listen,
            "screens.listen_tls": self.screens.listen_tls,
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

    @model_validator(mode="after")
    def _printer_is_another(self) -> Self:
        """What is printed must not come in by a door of ours again."""
        self._is_another("printer.link", self.printer)
        if (second := self.printer.second) is not None:
            self._is_another("printer.backup.link", second)
            if second.link == self.printer.link:
                raise ValueError(
                    f"printer.link and printer.backup.link are both {second.link!r}; "
                    "name a second printer, or leave [printer.backup] out"
                )
        return self

    def _is_another(self, named: str, printer: PrinterSettings) -> None:
        doors, wire = self.door, printer.wire
        own: dict[str, str] = {}
        link = printer.link
        if isinstance(wire, TcpLink):
            host = "127.0.0.1" if wire.host == "localhost" else wire.host
            link = str((host, wire.port))
            listening = {"door.tcp": doors.tcp, "door.star": doors.star}
            own = {str(at.address): key for key, at in listening.items() if at}
            own[str(host_and_port(self.screens.listen))] = "screens"
            for address in doors.http.addresses if doors.http else ():
                own[str(address)] = "door.http"
        elif path := printer.device:
            link = os.path.realpath(path)
            if doors.serial:
                own[os.path.realpath(doors.serial.device)] = "door.serial"
            if doors.device:
                own[os.path.realpath(doors.device.path)] = "door.device"
        if key := own.get(link):
            raise ValueError(
                f"{named} = {printer.link!r} is our own {key}: every job would "
                "come back for ever; name the real printer"
            )

    @model_validator(mode="after")
    def _sms_leads_somewhere(self) -> Self:
        """It holds an address and nothing else; the page behind it is the RCU's."""
        if self.sms is None:
            return self
        if not self.sync.enabled:
            raise ValueError(
                "an SMS holds only the address of the receipt's page, which the RCU "
                "shows; write sync.url, or leave [sms] out"
            )
        url = self.till.tickets_url
        if not url.isascii() or len(url) > MAX_SMS_ADDRESS:
            raise ValueError(
                f"till.tickets_url = {url!r} goes into an SMS of 160 letters; write "
                f"plain ASCII, at most {MAX_SMS_ADDRESS} of them"
            )
        return self

    @model_validator(mode="after")
    def _modem_is_its_own(self) -> Self:
        if self.sms is None or self.sms.modem is None:
            return self
        serial = self.door.serial
        others = {
            "door.serial.device": serial.device if serial else "",
            "printer.link": self.printer.device,
        }
        modem = os.path.realpath(self.sms.modem.device)
        for key, path in others.items():
            if path and os.path.realpath(path) == modem:
                raise ValueError(
                    f"sms.modem.device and {key} are both {modem}; "
                    "name the modem's own line, best under /dev/serial/by-id"
                )
        return self

    @model_validator(mode="after")
    def _one_door_a_cable(self) -> Self:
        serial, device = self.door.serial, self.door.device
        if serial and device:
            real = os.path.realpath(serial.device)
            if real == os.path.realpath(device.path):
                raise ValueError(
                    f"door.serial and door.device are both {real}: each would get a part "
                    "of every job; leave out one of them"
                )
        return self

    @model_validator(mode="after")
    def _one_hand_a_device(self) -> Self:
        doors = self.door
        lines = {
            "door.serial": doors.serial.device if doors.serial else "",
            "door.device": doors.device.path if doors.device else "",
            "printer.link": self.printer.device,
        }
        there = {key: str(path) for key, path in lines.items() if path}
        if says := clash(self.keypad, self.scanner, there):
            raise ValueError(says)
        return self

    @model_validator(mode="after")
    def _folder_is_not_our_own(self) -> Self:
        if (folder := self.door.folder) is not None:
            real = Path(os.path.realpath(folder.path))
            for own in (self.till.state_dir, self.till.spool_dir):
                if real.is_relative_to(os.path.realpath(own)):
                    raise ValueError(
                        f"door.folder.path = {str(folder.path)!r} is the agent's own "
                        "folder, it would print its database; give the POS one of its own"
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
            f"{path}: no such file; name yours with --config, or copy "
            "config/agent.example.toml there and fill it in"
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
    "tuple_type": "there may be several: a list in [ ], a section in [[ ]]",
    "greater_than": "too small; more than {gt:g} is needed",
    "greater_than_equal": "too small; {ge:g} is the least",
    "less_than": "too large; it has to be less than {lt:g}",
    "less_than_equal": "too large; {le:g} is the most",
}

_BOUNDS: Final = frozenset(
    {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}
)


def _say(path: Path, detail: ErrorDetails) -> str:
    key = ".".join(map(str, detail["loc"])) or "(file)"
    kind, context = detail["type"], detail.get("ctx", {})
    message = _REMEDIES.get(kind, detail["msg"].removeprefix("Value error, "))
    if kind in _BOUNDS:
        message = f"{detail['input']!r} is {message.format(**context)}"
    if kind == "literal_error":
        message = f"write one of {context['expected']}"
    if kind == "extra_forbidden":
        message = _unknown(detail["loc"])
    return f"{path}: {key}: {message}"


def _unknown(place: tuple[int | str, ...]) -> str:
    """A typo gets the key that it is nearest to."""
    model: type[BaseModel] = Config
    for step in place[:-1]:
        if isinstance(step, int):
            continue  # the n-th of its kind
        inner = model.model_fields[step].annotation
        for candidate in (inner, *get_args(inner)):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                model = candidate
    near = get_close_matches(str(place[-1]), model.model_fields, n=1)
    hint = f"did you mean {near[0]}?" if near else "see config/agent.example.toml"
    return f"unknown key; {hint}"
