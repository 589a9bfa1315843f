"""What store IT may set about the doors."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from agent.intake.not_ours import whose

BAUDS: Final = (
    *(50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200),
    *(38400, 57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000),
)
"""What termios(3) has names for, up to what a USB adapter does."""


def host_and_port(text: str) -> tuple[str, int]:
    """``127.0.0.1:9100`` or ``[::1]:9100``; raises ``ValueError`` with the remedy."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        ipaddress.ip_address(host)
        number = int(port)
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise ValueError(
            f"{text!r} is not ADDRESS:PORT; write for example 127.0.0.1:9100"
        )
    return host, number


def named_networks(given: tuple[str, ...]) -> tuple[str, ...]:
    """The same, of addresses and networks that are not everybody.

    Raises:
        ValueError: one of them is none, with the remedy.
    """
    for text in given:
        try:
            everyone = ipaddress.ip_network(text).prefixlen == 0
        except ValueError:
            everyone = True
        if everyone:
            raise ValueError(
                f"{text!r} is not an address or a network; "
                "write for example 192.168.1.20 or 192.168.1.0/28"
            )
    return given


class TcpDoorSettings(BaseModel):
    """``[door.tcp]``: the port where the POS finds its printer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: str = "127.0.0.1:9100"
    allow_from: tuple[str, ...] = ()
    idle_close_s: float = Field(default=300.0, gt=0)

    @field_validator("allow_from")
    @classmethod
    def _networks(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return named_networks(given)

    @model_validator(mode="after")
    def _closed_by_default(self) -> Self:
        host, _ = host_and_port(self.listen)
        if not ipaddress.ip_address(host).is_loopback and not self.allow_from:
            raise ValueError(
                f"listen = {self.listen!r} opens the printer port to the network, "
                "which knows no password: name the tills that may print in "
                'allow_from = ["192.168.1.20"], or listen on 127.0.0.1'
            )
        if ipaddress.ip_address(host).is_unspecified:
            raise ValueError(
                f"listen = {self.listen!r} means every network of this machine: "
                "name the one address that the tills use"
            )
        return self

    @property
    def address(self) -> tuple[str, int]:
        """Host without brackets, and port."""
        return host_and_port(self.listen)

    def admits(self, source: str) -> bool:
        """Whether a POS at this address may print."""
        address = ipaddress.ip_address(source.partition("%")[0])
        return address.is_loopback or any(
            address in ipaddress.ip_network(text) for text in self.allow_from
        )


class StarDoorSettings(TcpDoorSettings):
    """``[door.star]``: a port for a POS that prints to a Star printer.

    ``framed``: answers are those of a Star on Ethernet; ``greets``: it says how it is to
    whoever connects (the NSB function).
    """

    listen: str = "127.0.0.1:9101"
    model: str = Field(default="TSP654", max_length=32)
    firmware: str = Field(default="3.0", max_length=32)
    framed: bool = True
    greets: bool = False


class _DoorSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IdentitySettings(BaseModel):
    """``[identity]``: what a POS is told when it asks which printer this is (GS I)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    maker: str = Field(default="EPSON", max_length=32)
    model: str = Field(default="TM-T88V", max_length=32)
    firmware: str = Field(default="30.42 ESC/POS", max_length=32)
    serial: str = Field(default="", max_length=32)
    fonts: str = Field(default="", max_length=32)
    model_id: int = Field(default=0x20, ge=0, le=255)
    type_id: int = Field(default=0x02, ge=0, le=255)
    rom_id: int = Field(default=0x01, ge=0, le=255)

    @field_validator("maker", "model", "firmware", "serial", "fonts")
    @classmethod
    def _can_be_sent(cls, text: str) -> str:
        if not (text.isascii() and (text.isprintable() or not text)):
            raise ValueError(f"{text!r}: a printer says its name in plain ASCII")
        return text


class SerialDoorSettings(_DoorSettings):
    """``[door.serial]``: the tty on which the POS expects its printer.

    ``flow``: how we tell the POS to wait.
    """

    device: str = Field(pattern=r"^/")
    baud: int = 19200
    flow: Literal["none", "rtscts", "xonxoff", "dtr"] = "rtscts"
    parity: Literal["none", "even", "odd"] = "none"
    bits: Literal[7, 8] = 8

    @field_validator("baud")
    @classmethod
    def _known(cls, baud: int) -> int:
        if baud not in BAUDS:
            raise ValueError(f"{baud} is no speed; write one of {BAUDS}")
        return baud


class DeviceDoorSettings(_DoorSettings):
    """``[door.device]``: a printer gadget or a FIFO that the POS prints to."""

    path: Path

    @field_validator("path")
    @classmethod
    def _whole(cls, path: Path) -> Path:
        return _absolute(path, "/dev/g_printer0")


class FolderDoorSettings(_DoorSettings):
    """``[door.folder]``: each file that appears there is a print job."""

    path: Path
    settle_s: float = Field(default=0.5, ge=0.0, le=60.0)
    """A file that has not grown for so long is finished."""
    after: Literal["delete", "keep"] = "delete"

    @field_validator("path")
    @classmethod
    def _whole(cls, path: Path) -> Path:
        if owner := whose(_absolute(path, "/var/spool/pos")):
            raise ValueError(
                f"{str(path)!r} is {owner}: what lies there would be printed and taken "
                "away; make a folder for the POS alone, for example /var/spool/pos"
            )
        return path


def _absolute(path: Path, example: str) -> Path:
    if not path.is_absolute():
        raise ValueError(f"{str(path)!r} is no whole path; write for example {example}")
    return path
