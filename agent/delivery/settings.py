"""What store IT may set about the printer.

Every error names the value and what to write instead; the key comes with it
from pydantic (``printer.link``).  A link is written as a URL: ``tcp://host:port``,
``serial:///dev/ttyUSB0?baud=19200&flow=rtscts``, ``file:///dev/usb/lp0``,
``usb://04b8:0202``, ``cups://QUEUE``.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

RAW_PRINT_PORT: Final = 9100
"""Where network printers listen (the JetDirect convention)."""
IPP_PORT: Final = 631
"""Where CUPS listens."""

BAUDS: Final = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)

Flow = Literal["none", "rtscts", "xonxoff", "dtr"]
Parity = Literal["none", "even", "odd"]


@dataclass(frozen=True, slots=True)
class TcpLink:
    """A network printer."""

    host: str
    port: int = RAW_PRINT_PORT


@dataclass(frozen=True, slots=True)
class SerialLink:
    """A printer on a serial line.  ``flow``: how it says that it is busy."""

    path: str
    baud: int = 19200
    flow: Flow = "none"
    parity: Parity = "none"
    bits: int = 8


@dataclass(frozen=True, slots=True)
class FileLink:
    """A printer behind a file name."""

    path: str


@dataclass(frozen=True, slots=True)
class UsbLink:
    """A printer on USB that no kernel driver has; ``serial`` of two alike."""

    vendor: int
    product: int
    serial: str = ""


@dataclass(frozen=True, slots=True)
class CupsLink:
    """A queue of CUPS; ``host`` is empty for the scheduler of this machine."""

    queue: str
    host: str = ""
    port: int = 0

    @property
    def written(self) -> str:
        """As in the configuration."""
        if not self.host:
            return f"cups://{self.queue}"
        return f"cups://{self.host}:{self.port}/{self.queue}"


Link = TcpLink | SerialLink | FileLink | UsbLink | CupsLink


def parse_link(text: str) -> Link:
    """The wire that a link stands for.

    Raises:
        ValueError: naming what is wrong and what to write.
    """
    parts = urlsplit(text)
    parse = _SCHEMES.get(parts.scheme)
    if parse is None:
        raise ValueError(
            f"{text!r} is no printer; write tcp://192.168.1.50:9100, "
            "serial:///dev/ttyUSB0?baud=19200&flow=rtscts, file:///dev/usb/lp0, "
            "usb://04b8:0202 or cups://TICKETS"
        )
    return parse(parts)


def _tcp(parts: SplitResult) -> TcpLink:
    remedy = "write tcp://ADDRESS:PORT, for example tcp://192.168.1.50:9100"
    try:
        port = parts.port or RAW_PRINT_PORT
    except ValueError:
        raise ValueError(f"{parts.geturl()!r} has no usable port; {remedy}") from None
    if not parts.hostname:
        raise ValueError(f"{parts.geturl()!r} has no address; {remedy}")
    if parts.path.strip("/") or parts.query or parts.username is not None:
        raise ValueError(f"{parts.geturl()!r} says too much; {remedy}")
    return TcpLink(parts.hostname, port)


def _serial(parts: SplitResult) -> SerialLink:
    path = _absolute(parts, "serial:///dev/ttyUSB0?baud=19200&flow=rtscts")
    given = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    unknown = sorted(given.keys() - _SERIAL_CHOICES.keys())
    if unknown:
        raise ValueError(
            f"unknown {', '.join(unknown)} in {parts.geturl()!r}; "
            f"known are {', '.join(_SERIAL_CHOICES)}"
        )
    for key, value in given.items():
        if value not in _SERIAL_CHOICES[key]:
            raise ValueError(
                f"{key}={value} cannot be; write one of "
                f"{', '.join(_SERIAL_CHOICES[key])}"
            )
    return SerialLink(
        path,
        baud=int(given.get("baud", "19200")),
        flow=_FLOWS[given.get("flow", "none")],
        parity=_PARITIES[given.get("parity", "none")],
        bits=int(given.get("bits", "8")),
    )


def _file(parts: SplitResult) -> FileLink:
    return FileLink(_absolute(parts, "file:///dev/usb/lp0"))


def _usb(parts: SplitResult) -> UsbLink:
    remedy = (
        "write usb://VENDOR:PRODUCT as lsusb shows them, for example usb://04b8:0202"
    )
    found = _USB_IDS.fullmatch(parts.netloc)
    given = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if found is None or parts.path.strip("/") or given.keys() - {"serial"}:
        raise ValueError(f"{parts.geturl()!r} is no device on USB; {remedy}")
    return UsbLink(int(found[1], 16), int(found[2], 16), given.get("serial", ""))


def _cups(parts: SplitResult) -> CupsLink:
    remedy = "write cups://QUEUE, or cups://HOST:631/QUEUE for another machine's"
    at, queue = parts.netloc, parts.path.strip("/")
    host, port = "", 0
    if queue:
        try:
            host, port = parts.hostname or "", parts.port or IPP_PORT
        except ValueError:
            raise ValueError(
                f"{parts.geturl()!r} has no usable port; {remedy}"
            ) from None
    if not _QUEUE.fullmatch(queue or at) or bool(queue) != bool(host):
        raise ValueError(f"{parts.geturl()!r} names no queue; {remedy}")
    if parts.query or parts.fragment:
        raise ValueError(f"{parts.geturl()!r} says too much; {remedy}")
    return CupsLink(queue or at, host, port)


def _absolute(parts: SplitResult, example: str) -> str:
    if parts.netloc or not parts.path.startswith("/"):
        raise ValueError(
            f"{parts.geturl()!r} names no device; three slashes, as in {example}"
        )
    return parts.path


_FLOWS: Final[Mapping[str, Flow]] = {
    "none": "none",
    "rtscts": "rtscts",
    "xonxoff": "xonxoff",
    "dtr": "dtr",
}
_PARITIES: Final[Mapping[str, Parity]] = {"none": "none", "even": "even", "odd": "odd"}
_SERIAL_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "baud": tuple(map(str, BAUDS)),
    "flow": tuple(_FLOWS),
    "parity": tuple(_PARITIES),
    "bits": ("7", "8"),
}
_SCHEMES: Final[Mapping[str, Callable[[SplitResult], Link]]] = {
    "tcp": _tcp,
    "serial": _serial,
    "file": _file,
    "usb": _usb,
    "cups": _cups,
}
_USB_IDS: Final = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})")
_QUEUE: Final = re.compile(r"[^\s/#?'\"\\:@]{1,127}")
"""As CUPS allows them (lpadmin(8)), and nothing that an address means otherwise."""


class BackupSettings(BaseModel):
    """``[printer.backup]``: a second printer, which understands the same bytes.

    ``after_s``: how long the first may be out of paper, off or silent before what is to
    be printed goes there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    link: str
    after_s: float = Field(default=20.0, ge=0, le=3600)
    asks: Literal["auto", "star", "never"] = "auto"
    confirms: Literal["auto", "status"] = "auto"

    @field_validator("link")
    @classmethod
    def _is_a_link(cls, text: str) -> str:
        parse_link(text)
        return text


class PrinterSettings(BaseModel):
    """``[printer]``: the real printer.

    ``asks``: ``auto`` asks for its status (DLE EOT) wherever answers can come
    back, ``star`` asks as a Star wants to be asked (the printer behind
    ``[door.star]``); ``never`` is for a device that prints the question.
    ``confirms``: ``auto`` asks behind each job whether it is printed (GS r 1) where that
    is answered, ``status`` is for a printer that would print the question: then what
    its buffer has taken counts as printed.
    ``drawer_open_level``: pin 3 of its drawer socket while the drawer is open.

    ``hold_s``: how long a printer that takes no more of a job may stand, on a line that has
    not broken, before the job is begun anew; after ``stall_s`` the screens say so.

    ``report_paper``: what the POS hears of a roll that is at its end while the
    customer can have the receipt without it: the truth (``real``), that it is
    ``near_end``, or nothing (``never``).

    ``code_page`` (the n of ESC t), ``national`` (of ESC R), ``multibyte`` and
    ``kanji_on`` are what it is set to when a job does not say otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    link: str
    profile: str = Field(default="TM-T88IV", min_length=1, max_length=64)
    asks: Literal["auto", "star", "never"] = "auto"
    confirms: Literal["auto", "status"] = "auto"
    drawer_open_level: Literal["low", "high"] = "low"
    report_paper: Literal["real", "near_end", "never"] = "real"
    code_page: int = Field(default=0, ge=0, le=255)
    national: int = Field(default=0, ge=0, le=255)
    multibyte: Literal[
        "",
        "gb18030",
        "big5",
        "euc_kr",
        "cp932",
        "shift_jis_2004",
        "jis",
        "utf-8",
    ] = ""
    kanji_on: bool = False
    connect_s: float = Field(default=3.0, gt=0, le=60)
    answer_s: float = Field(default=0.5, gt=0, le=10)
    stall_s: float = Field(default=20.0, gt=0, le=600)
    hold_s: float = Field(default=600.0, ge=0, le=3600)
    confirm_s: float = Field(default=5.0, ge=0, le=60)
    poll_s: float = Field(default=5.0, gt=0, le=3600)
    idle_close_s: float | None = Field(default=None, gt=0, le=3600)
    backup: BackupSettings | None = None

    @property
    def second(self) -> PrinterSettings | None:
        """The second printer, as one by itself."""
        if self.backup is None:
            return None
        own = self.backup.model_dump(include={"link", "asks", "confirms"})
        return self.model_copy(update={**own, "backup": None})

    @property
    def may_answer(self) -> bool:
        """Whether silence says something: it is asked, by a wire that has a way back."""
        return self.asks != "never" and not self.link.startswith("file:")

    @field_validator("link")
    @classmethod
    def _is_a_link(cls, text: str) -> str:
        parse_link(text)
        return text

    @property
    def wire(self) -> Link:
        """The link, taken apart."""
        return parse_link(self.link)

    @property
    def device(self) -> str:
        """The path of its wire; empty where that is no file."""
        wire = self.wire
        return wire.path if isinstance(wire, SerialLink | FileLink) else ""

    @property
    def letters(self) -> dict[str, Any]:
        """What no stream shows of its characters, for ``profiles.printer``."""
        return {
            "default_page": self.code_page,
            "country": self.national,
            "multibyte": self.multibyte,
            "kanji_on": self.kanji_on,
        }


def is_loopback(host: str) -> bool:
    """Whether it is this machine and nothing else."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
