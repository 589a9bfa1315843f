"""What store IT may set about the printer and the mail relay.

Every error names the value and what to write instead; the key comes with it
from pydantic (``printer.link``).  A link is written as a URL: ``tcp://host:port``,
``serial:///dev/ttyUSB0?baud=19200&flow=rtscts``, ``file:///dev/usb/lp0``.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

RAW_PRINT_PORT: Final = 9100
"""Where network printers listen (the JetDirect convention)."""

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


Link = TcpLink | SerialLink | FileLink


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
            "serial:///dev/ttyUSB0?baud=19200&flow=rtscts or file:///dev/usb/lp0"
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
}


class PrinterSettings(BaseModel):
    """``[printer]``: the real printer.

    ``asks``: ``auto`` asks for its status (DLE EOT) wherever answers can come
    back; ``never`` is for a device that prints the question.
    ``drawer_open_level``: pin 3 of its drawer socket while the drawer is open.

    ``report_paper``: what the POS hears of a roll that is at its end while the
    customer can have the receipt without it: the truth (``real``), that it is
    ``near_end``, or nothing (``never``).

    ``code_page`` (the n of ESC t), ``national`` (of ESC R), ``multibyte`` and
    ``kanji_on`` are what it is set to when a job does not say otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    link: str
    profile: str = Field(default="TM-T88IV", min_length=1, max_length=64)
    asks: Literal["auto", "never"] = "auto"
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
    confirm_s: float = Field(default=5.0, ge=0, le=60)
    poll_s: float = Field(default=5.0, gt=0, le=3600)
    idle_close_s: float | None = Field(default=None, gt=0, le=3600)

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
    def letters(self) -> dict[str, Any]:
        """What no stream shows of its characters, for ``profiles.printer``."""
        return {
            "default_page": self.code_page,
            "country": self.national,
            "multibyte": self.multibyte,
            "kanji_on": self.kanji_on,
        }


_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"
)
"""RFC 5321 "Mailbox" with a dot-string and a domain name; ASCII, no comments."""


def is_address(text: str) -> bool:
    """Whether an SMTP command can carry it: never spaces, brackets, line ends."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


class MailSettings(BaseModel):
    """``[mail]``: the relay that takes our messages.

    ``security``: ``starttls`` (port 587), ``tls`` from the first byte (465), or
    ``none``, which is for a relay on this machine only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1, max_length=253)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = "starttls"
    sender: str
    username: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    helo: str = Field(default="localhost", pattern=r"^[A-Za-z0-9.:\[\]-]{1,253}$")
    step_s: float = Field(default=15.0, gt=0, le=300)
    total_s: float = Field(default=60.0, gt=0, le=600)

    @field_validator("sender")
    @classmethod
    def _can_be_a_sender(cls, text: str) -> str:
        if not is_address(text):
            raise ValueError(
                f"{text!r} is not an e-mail address; write for example "
                "tickets@boutique.example"
            )
        return text

    @model_validator(mode="after")
    def _closed_by_default(self) -> Self:
        if self.security == "none" and not _is_loopback(self.host):
            raise ValueError(
                f"security = 'none' would send addresses and receipts readable to "
                f"{self.host}; write 'starttls' or 'tls', or use a relay on 127.0.0.1"
            )
        if (self.username is None) != (self.password_file is None):
            raise ValueError(
                "username and password_file belong together; write both or neither"
            )
        return self


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
