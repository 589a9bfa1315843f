"""A GSM modem on a serial port, with its SIM and a network behind it.

The port is a pseudo-terminal behind a name of its own, as udev gives one: unplugging
takes both away, plugging in makes another terminal under the same name.  What arrived
at the network is in ``sent``; what goes wrong is set in ``weather``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tty
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from hardware_sim.line import Line
from hardware_sim.modem_pdu import Message, status_report, submitted

CTRL_Z, ESCAPE = 0x1A, 0x1B
REJECTED_DUPLICATE = 197


@dataclass
class Weather:
    """What is wrong now.

    Attributes:
        registered: <stat> of +CREG: 1 home, 2 searching, 3 denied, 5 roaming.
        lte_only: the network is known by +CEREG alone.
        signal: <rssi> of +CSQ, 99 unknown.
        cms: the number that the next message is refused with; 0 none.
        mute: it takes bytes and says nothing, as a modem that hangs.
        mute_after_send: the message goes out, and no answer comes.
        unplug_in_pdu: the cable goes after so many hexadecimal digits.
        unplug_after_send: the message goes out, and the cable goes.
        report: TP-ST of the status report that follows; ``None`` none.
    """

    registered: int = 1
    lte_only: bool = False
    signal: int = 18
    cms: int = 0
    mute: bool = False
    mute_after_send: bool = False
    unplug_in_pdu: int = 0
    unplug_after_send: bool = False
    report: int | None = None


class Modem:
    """``async with Modem(folder) as modem:``; its port is ``modem.path``."""

    def __init__(self, folder: Path, pin: str = "", name: str = "modem0") -> None:
        self.path = folder / name
        self.weather = Weather()
        self.sent: list[Message] = []
        self.heard: list[str] = []
        """Command lines, without their ``AT``."""
        self.pin = pin
        self.tries_left = 3
        self._open = not pin
        self._line: Line | None = None
        self._slave = -1
        self._task: asyncio.Task[None] | None = None
        self._echo = True
        self._pdu_of = 0
        self._reference = 0

    async def __aenter__(self) -> Self:
        self.plug()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        task = self._task
        self.unplug()
        if task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def plug(self) -> None:
        """Power, and a fresh start: what it was told is forgotten."""
        master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self._line = Line.of_fd(master)
        self.path.symlink_to(os.ttyname(self._slave))
        self._echo, self._pdu_of = True, 0
        self._open = not self.pin
        self._task = asyncio.create_task(self._serve(self._line))

    def unplug(self) -> None:
        """The port and its name are gone, in the middle of whatever it was."""
        if self._line is None:
            return
        self.path.unlink()
        self._line.close()
        self._line = None
        os.close(self._slave)
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()

    async def _serve(self, line: Line) -> None:
        buffer = bytearray()
        while data := await line.read():
            if self.weather.mute:
                continue
            for byte in data:
                if line.closed:
                    return
                await self._byte(byte, buffer)

    async def _byte(self, byte: int, buffer: bytearray) -> None:
        if self._pdu_of:
            await self._in_pdu(byte, buffer)
        elif byte == 0x0D:
            line = buffer.decode("ascii", "replace").strip()
            buffer.clear()
            if self._echo and line:
                await self._write(line + "\r")
            if line.upper().startswith("AT"):
                await self._command(line[2:].strip())
        elif byte not in {ESCAPE, 0x0A}:
            buffer.append(byte)

    async def _in_pdu(self, byte: int, buffer: bytearray) -> None:
        if byte == ESCAPE:
            buffer.clear()
            self._pdu_of = 0
            await self._say("OK")
        elif byte == CTRL_Z:
            digits = buffer.decode("ascii", "replace")
            buffer.clear()
            expected, self._pdu_of = self._pdu_of, 0
            await self._submit(digits, expected)
        else:
            buffer.append(byte)
            wanted = self.weather.unplug_in_pdu
            if wanted and len(buffer) >= wanted:
                buffer.clear()
                self.unplug()

    async def _submit(self, digits: str, expected: int) -> None:
        try:
            message = submitted(bytes.fromhex(digits))
        except ValueError:
            await self._say("+CMS ERROR: 304")
            return
        if message.counted != expected:
            await self._say("+CMS ERROR: 304")
            return
        if self.weather.cms:
            await self._say(f"+CMS ERROR: {self.weather.cms}")
            return
        if message.rejects_duplicates and self._holds(message):
            await self._say(f"+CMS ERROR: {REJECTED_DUPLICATE}")
            return
        self.sent.append(message)
        self._reference = message.reference
        if self.weather.unplug_after_send:
            self.unplug()
        elif not self.weather.mute_after_send:
            await self._say(f"+CMGS: {message.reference}", "OK")
            if message.wants_report and self.weather.report is not None:
                await self._report(message)

    def _holds(self, message: Message) -> bool:
        """TS 23.040, 9.2.3.25: the same reference to the same number."""
        return any(
            (each.reference, each.number) == (message.reference, message.number)
            for each in self.sent
        )

    async def _report(self, message: Message) -> None:
        octets = status_report(
            message.reference, message.number, self.weather.report or 0
        )
        await self._say(f"+CDS: {len(octets) - 1}", octets.hex().upper())

    async def _command(self, line: str) -> None:
        self.heard.append(line)
        name, _, value = line.upper().partition("=")
        answers: dict[str, Callable[[str], list[str]]] = {
            "": lambda _: ["OK"],
            "E0": self._no_echo,
            "+CMEE": lambda _: ["OK"],
            "+CNMI": lambda _: ["OK"],
            "+CMGF": lambda value: ["OK" if value == "0" else "ERROR"],
            "+CPIN?": lambda _: self._asked_pin(),
            "+CPIN": self._given_pin,
            "+CREG?": lambda _: [self._network("+CREG"), "OK"],
            "+CEREG?": lambda _: [self._network("+CEREG"), "OK"],
            "+CSQ": lambda _: [f"+CSQ: {self.weather.signal},99", "OK"],
        }
        if name == "+CMGS" and value.isdigit() and self._open:
            self._pdu_of = int(value)
            await self._write("\r\n> ")
        elif name in answers:
            await self._say(*answers[name](value))
        else:
            await self._say("ERROR")

    def _no_echo(self, _value: str) -> list[str]:
        self._echo = False
        return ["OK"]

    def _asked_pin(self) -> list[str]:
        if self._open:
            return ["+CPIN: READY", "OK"]
        return ["+CPIN: SIM PIN" if self.tries_left else "+CPIN: SIM PUK", "OK"]

    def _given_pin(self, value: str) -> list[str]:
        if not self.tries_left:
            return ["+CME ERROR: 12"]
        if value.strip('"') == self.pin:
            self._open, self.tries_left = True, 3
            return ["OK"]
        self.tries_left -= 1
        return ["+CME ERROR: 16"]

    def _network(self, name: str) -> str:
        seen = name == ("+CEREG" if self.weather.lte_only else "+CREG")
        return f"{name}: 0,{self.weather.registered if seen else 0}"

    async def _say(self, *lines: str) -> None:
        for line in lines:
            await self._write(f"\r\n{line}\r\n")

    async def _write(self, text: str) -> None:
        if self._line is not None:
            await self._line.write(text.encode("ascii"))
