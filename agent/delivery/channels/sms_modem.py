"""A text message by a GSM modem on a serial port, opened anew for each.

The port is opened on a thread with a deadline and read by the loop, so a modem that
hangs holds up nothing; one that was unplugged is found again under its name.  A break
before Ctrl-Z has sent nothing.  Behind it nobody knows: it is sent again once with
TP-RD, by which a service centre refuses what it still holds; then it is paper.

A PIN that was refused is not given again, by this process or the next, until its file
changes: after the third a SIM locks itself.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from agent.delivery import gateway
from agent.delivery.outcome import Deferred, Outcome, Refused
from agent.delivery.reasons import Reason
from agent.delivery.settings import SerialLink
from agent.delivery.settings_sms import ModemSettings
from agent.delivery.sms import at, note, pdu
from agent.delivery.transports.base import TransportError
from agent.delivery.transports.serial_line import SerialTransport
from agent.errors import ConfigError

OPEN_S: Final = 5.0
STALL_S: Final = 5.0
PIN_REFUSED: Final = f"{Reason.SMS_SETUP}:{at.WRONG_PIN}"


class ModemSms:
    """Implements ``Channel``.

    ``marker``: a file of ours that says which PIN was refused.

    Raises:
        ConfigError: from the constructor: the PIN cannot be read.
    """

    def __init__(
        self,
        settings: ModemSettings,
        *,
        total_s: float,
        validity_hours: int,
        marker: Path,
    ) -> None:
        self._settings = settings
        self._total_s = total_s
        self._validity_hours = validity_hours
        self._marker = marker
        self._refused = ""
        self._link = SerialLink(settings.device, settings.baud, settings.flow)
        if settings.pin_file is not None:
            _pin(settings.pin_file)

    @property
    def name(self) -> Literal["sms"]:
        return "sms"

    async def send(self, message: bytes, recipient: str) -> Outcome:
        """Have the modem send it; calling it again sends it again."""
        if not note.is_number(recipient):
            return Refused(Reason.SMS_NUMBER)
        said = note.read(message)
        doubt = note.in_doubt(said, can_tell=False)
        pin = await asyncio.to_thread(self._usable_pin)
        order = at.Order(
            pdu.Submit(
                recipient,
                said.text,
                reference=int(said.tag[:2], 16),
                centre=self._settings.centre,
                validity_hours=self._validity_hours,
                wants_report=self._settings.report_s > 0,
                reject_duplicates=said.doubts > 0,
            ),
            doubt,
            pin,
            self._settings.report_s,
        )
        outcome = await self._held(order)
        if pin is not None and outcome == Deferred(PIN_REFUSED):
            await asyncio.to_thread(self._remember_refusal)
        return note.remembering(said, outcome)

    async def _held(self, order: at.Order) -> Outcome:
        """The dialogue over the line, within its time."""
        line, talk = SerialTransport(self._link), _Talk(order)
        try:
            async with asyncio.timeout(self._total_s):
                await line.open(within_s=OPEN_S)
                return await talk.over(line)
        except (TransportError, TimeoutError):
            return order.doubt if talk.committed else Deferred(Reason.SMS_MODEM)
        finally:
            line.close()

    def _usable_pin(self) -> str | None:
        path = self._settings.pin_file
        if path is None:
            return None
        refused = {self._refused}
        with suppress(OSError):
            refused.add(self._marker.read_text())
        try:
            return None if _version(path) in refused else _pin(path)
        except (ConfigError, OSError):
            return None

    def _remember_refusal(self) -> None:
        if self._settings.pin_file is not None:
            with suppress(OSError):  # a full disk: then this process remembers
                self._refused = _version(self._settings.pin_file)
                self._marker.write_text(self._refused)


class _Talk:
    """One dialogue over one line; ``committed`` once the message may have left."""

    def __init__(self, order: at.Order) -> None:
        self._order = order
        self.committed = False
        self._left = b""

    async def over(self, line: SerialTransport) -> Outcome:
        """To its end.

        Raises:
            TransportError: the line broke.
        """
        talk = at.dialogue(self._order)
        step = next(talk)
        while True:
            reply = await self._take(step, line)
            try:
                step = talk.send(reply)
            except StopIteration as end:
                outcome: Outcome = end.value
                return outcome

    async def _take(self, step: at.Step, line: SerialTransport) -> at.Reply:
        hearing = at.Hearing(step.wants)
        self.committed = self.committed or step.commits
        heard: at.Reply | None = None
        if step.raw:
            if not step.commits:
                line.discard_input()
            await line.write(step.raw, stall_s=STALL_S)
            await line.settle(within_s=STALL_S)
        else:
            heard = hearing.hear(self._left)
        loop = asyncio.get_running_loop()
        ends = loop.time() + step.within_s
        while heard is None and (left_s := ends - loop.time()) > 0:
            heard = hearing.hear(await line.read(within_s=left_s))
        self._left = hearing.left
        return heard or hearing.silence()


def _version(path: Path) -> str:
    """Of a file that somebody may have mended; tells nothing of what is in it."""
    return str(path.stat().st_mtime_ns)


def _pin(path: Path) -> str:
    pin = gateway.secret(path, "sms.modem.pin_file")
    if not (pin.isdigit() and 4 <= len(pin) <= 8):
        raise ConfigError(f"sms.modem.pin_file = {path}: a PIN has 4 to 8 digits")
    return pin
