"""The whole configuration: every room's own settings under one TOML file.

Facts stand in the file, secrets in files of their own that it names.  A bad
file is a :class:`ConfigError` whose text is for store IT: which file, which
key, what is wrong, what to write instead.  Unknown keys are errors: a typo must
not silently mean the default.
"""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from pydantic import (
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)

from agent import config_migration, config_said
from agent.config_till import Doors, Section, TillSettings
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
from agent.intake.limits import LimitSettings
from agent.intake.settings import (
    IdentitySettings,
    host_and_port,
)
from agent.metrics.settings import MetricsSettings
from agent.ocr.settings import OcrSettings
from agent.pipeline.settings import (
    ChoiceSettings,
    PolicySettings,
    QrSettings,
    ReceiptSettings,
)
from agent.screens.settings import ScreensSettings
from agent.store.settings import StoreSettings
from agent.sync import overlay
from agent.sync.settings import SyncSettings
from agent.usage import shipped
from agent.wire import orderable
from agent.wire.orderable import Value

log = logging.getLogger(__name__)

EXIT_CONFIG: Final = 78
"""EX_CONFIG of sysexits.h: a person must edit the file."""

MAX_BYTES: Final = 1 << 20
"""Of the file; the example with all its words has a fiftieth."""
MAX_DEPTH: Final = 16
"""Of tables and lists in it; the deepest key has four."""
MAX_SMS_ADDRESS: Final = 100
"""Of ``tickets_url``: ``/r/``, a token and a word have to stand beside it."""


class Config(Section):
    """The file, whole.  Without ``[mail]`` no e-mail, without ``[sms]`` no SMS, without ``sync.url`` no RCU."""

    config_version: int = Field(
        default=config_migration.VERSION, ge=1, le=config_migration.VERSION
    )
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
    metrics: MetricsSettings = MetricsSettings()
    hands: HandsSettings = HandsSettings()
    keypad: tuple[KeypadSettings, ...] = ()
    scanner: tuple[ScannerSettings, ...] = ()

    _written: dict[str, Any] = PrivateAttr(default_factory=dict)
    """As the file has it, without what is ordered over it."""

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
            "metrics.listen": self.metrics.listen,
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
    """Read and check the file, and what the RCU has ordered over it.

    What is ordered and does not fit the file any longer is left out, and said.

    Raises:
        ConfigError: one line a problem, each with file, key and remedy.
    """
    own = alone(path)
    return _with_ordered(own, overlay.read(own.till.state_dir))


def start(path: Path) -> Config:
    """The same for the daemon, whose start is counted (:mod:`agent.sync.overlay`).

    Raises:
        ConfigError: one line a problem, each with file, key and remedy.
    """
    own = alone(path)
    return _with_ordered(own, overlay.start(own.till.state_dir))


def alone(path: Path) -> Config:
    """The file by itself.

    Raises:
        ConfigError: one line a problem, each with file, key and remedy.
    """
    content = read(path)
    try:
        own = Config.model_validate(content)
    except ValidationError as error:
        raise ConfigError("\n".join(config_said.lines(path, Config, error))) from error
    own._written = content  # noqa: SLF001 -- this file's own
    return own


def read(path: Path) -> dict[str, Any]:
    """The file's content, in the keys of this version; what is older is said.

    Raises:
        ConfigError: no such file, or not TOML.
    """
    content = _parsed(path, _raw(path))
    try:
        now, steps = config_migration.migrated(content)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    for step in steps:
        log.warning("%s: %s; receipt-agent config migrate rewrites it", path, step.said)
    return now


def text(path: Path) -> str:
    """The file as it is written.

    Raises:
        ConfigError: as :func:`read`.
    """
    raw = _raw(path)
    _parsed(path, raw)
    return raw.decode().replace("\r\n", "\n")


def _raw(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: no such file; name yours with --config, or copy "
            f"{shipped.example('agent.example.toml')} there and fill it in"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    if len(raw) > MAX_BYTES:
        raise ConfigError(
            f"{path}: longer than {MAX_BYTES} bytes; no configuration is, name the "
            "right file with --config"
        )
    return raw


def _parsed(path: Path, raw: bytes) -> dict[str, Any]:
    try:
        content = tomllib.loads(raw.decode())
        if not _is_deep(content):
            return content
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: not TOML: {error}; texts stand in quotes, sections in [ ]"
        ) from error
    except RecursionError:
        pass  # deeper than its reader goes
    raise ConfigError(
        f"{path}: more than {MAX_DEPTH} brackets or dots inside one another; no key is, "
        "take them out"
    )


def _is_deep(content: dict[str, Any]) -> bool:
    level: list[Any] = [content]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
    return bool(level)


def ordered(own: Config, settings: Mapping[str, Value]) -> Config:
    """The file with other values for keys that may be ordered.

    Raises:
        ConfigError: that could not be a configuration; one line a problem.
    """
    written = own._written  # noqa: SLF001 -- this file's own
    try:
        whole = Config.model_validate(overlay.laid_over(written, settings))
    except ValidationError as error:
        said = config_said.lines(Path("ordered"), Config, error)
        raise ConfigError("\n".join(said)) from error
    whole._written = written  # noqa: SLF001 -- this file's own
    return whole


def _with_ordered(own: Config, there: overlay.Overlay) -> Config:
    settings = there.now.settings
    if not settings:
        return own
    if refused := orderable.refusals(settings):
        why = "; ".join(f"{key} {each}" for key, each in refused.items())
        log.warning("what the RCU ordered is left out: %s", why)
        return own
    try:
        return ordered(own, settings)
    except ConfigError as error:
        log.warning("what the RCU ordered is left out: %s", error)
        return own
