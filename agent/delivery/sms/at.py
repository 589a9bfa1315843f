"""The dialogue with a GSM modem: what is said next, by what was heard (TS 27.005, 27.007).

``dialogue`` is a generator: it yields a ``Step`` and is sent the ``Reply``; it ends with
an ``Outcome``.  Up to the step that ``commits`` (Ctrl-Z behind the PDU) nothing has left.

A SIM locks itself after three wrong PINs.  So the PIN is given once at most, and what
becomes of it is in the outcome (``sms_setup:pin``): whoever opened the line must not
give the same again.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Final, Literal

from agent.delivery.outcome import Deferred, Delivered, Outcome, Refused
from agent.delivery.reasons import Reason
from agent.delivery.sms import modem_errors, pdu

CTRL_Z: Final = b"\x1a"
ESCAPE: Final = b"\x1b"
ANSWER_S: Final = 5.0
"""For all that a modem does by itself."""
PIN_S: Final = 15.0
SETTLE_S: Final = 0.1
SEARCH_STEP_S: Final = 1.0
SEARCHES: Final = 20
"""A SIM that was just opened needs some seconds to find its network."""
MAX_LINE_BYTES: Final = 2048
"""A status report has some hundred; more is no modem."""
HOME: Final = 1
DENIED: Final = 3
ROAMING: Final = 5
"""+CREG: <stat> (TS 27.007, 7.2)."""
WRONG_PIN: Final = "pin"

Wants = Literal["final", "prompt", "report", "nothing"]
_FINALS: Final = ("OK", "ERROR", "+CME ERROR:", "+CMS ERROR:")


@dataclass(frozen=True, slots=True)
class Step:
    """``raw`` goes out, then the modem is heard until it said what is wanted.

    ``nothing`` is wanted: it is heard for so long, whatever it says.
    """

    raw: bytes = field(repr=False)
    wants: Wants = "final"
    within_s: float = ANSWER_S
    commits: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """``final`` is empty when it said nothing of what was wanted in time."""

    final: str = ""
    code: int | None = None
    lines: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.final == "OK"


class Hearing:
    """Bytes of a modem, until they hold the reply to one step."""

    def __init__(self, wants: Wants) -> None:
        self._wants = wants
        self._rest = b""
        self._lines: list[str] = []

    def hear(self, raw: bytes) -> Reply | None:
        """The reply, once it is whole; what came behind it is :attr:`left`."""
        self._rest += raw
        while b"\r" in self._rest or b"\n" in self._rest:
            line, self._rest = re.split(rb"[\r\n]", self._rest, maxsplit=1)
            if line and (done := self._line(line.decode("latin-1").strip())):
                return done
        if self._wants == "prompt" and self._rest.lstrip().startswith(b">"):
            return Reply("prompt", None, tuple(self._lines))
        self._rest = self._rest[-MAX_LINE_BYTES:]
        return None

    @property
    def left(self) -> bytes:
        """What was not looked at: a report may come in one piece with an OK."""
        return self._rest

    def silence(self) -> Reply:
        """The time is over."""
        return Reply("", None, tuple(self._lines))

    def _line(self, line: str) -> Reply | None:
        before = self._lines[-1] if self._lines else ""
        self._lines = [*self._lines, line][-32:]
        if self._wants == "report":
            done = before.startswith("+CDS:")
            return Reply("report", None, (line,)) if done else None
        if self._wants == "nothing" or not line.startswith(_FINALS):
            return None
        head, _, number = line.partition(":")
        code = int(number) if number.strip().isdigit() else None
        return Reply(head.strip(), code, tuple(self._lines))


@dataclass(frozen=True, slots=True)
class Order:
    """One message to be sent.  ``pin`` is ``None`` when it must not be given.

    ``doubt`` is the outcome where nobody knows whether it left.  ``report_s``: how long
    a status report is waited for; 0 asks for none.
    """

    message: pdu.Submit
    doubt: Outcome
    pin: str | None = field(default=None, repr=False)
    report_s: float = 0.0
    send_s: float = 60.0


Dialogue = Generator[Step, Reply, Outcome]


def dialogue(order: Order) -> Dialogue:
    """From the first ``AT`` to what became of the message."""
    problem = yield from _ready(order.pin)
    if problem is None:
        problem = yield from _registered()
    if problem is not None:
        return problem
    reports = "2,0,0,1,0" if order.report_s else "2,0,0,0,0"
    yield _said(f"AT+CNMI={reports}")  # some refuse what they cannot do: no matter
    if not (yield _said("AT+CMGF=0")).ok:
        return Deferred(Reason.SMS_SETUP)
    return (yield from _sent(order))


def signal(lines: tuple[str, ...]) -> int | None:
    """Of ``+CSQ: <rssi>,<ber>``, 0 to 31; ``None``: not known."""
    found = _number(r"\+CSQ: *(\d+)", lines)
    return None if found == 99 else found


def _ready(pin: str | None) -> Generator[Step, Reply, Outcome | None]:
    """It answers, and its SIM is open."""
    # An Escape first: an earlier program may have left it waiting for a PDU.
    yield Step(ESCAPE + b"\r", "nothing", SETTLE_S)
    heard = yield _said("AT")
    if not heard.final:
        heard = yield _said("AT")
    if not heard.ok:
        return Deferred(Reason.SMS_MODEM)
    yield _said("ATE0")
    yield _said("AT+CMEE=1")
    asked = yield _said("AT+CPIN?")
    if any("READY" in line for line in asked.lines):
        return None
    if not any("SIM PIN" in line and "PIN2" not in line for line in asked.lines):
        code = asked.code if asked.code is not None else "sim"
        return Deferred(f"{Reason.SMS_SETUP}:{code}")
    if pin is None:
        return Deferred(f"{Reason.SMS_SETUP}:{WRONG_PIN}")
    given = yield _said(f'AT+CPIN="{pin}"', within_s=PIN_S)
    return None if given.ok else Deferred(f"{Reason.SMS_SETUP}:{WRONG_PIN}")


def _registered() -> Generator[Step, Reply, Outcome | None]:
    """It has a network, by 2G and 3G or by LTE alone."""
    for search in range(SEARCHES):
        for what in ("CREG", "CEREG"):
            heard = yield _said(f"AT+{what}?")
            found = _number(rf"\+{what}: *\d+, *(\d+)", heard.lines)
            if found in {HOME, ROAMING}:
                return None
            if found == DENIED and search == SEARCHES - 1:
                return Deferred(f"{Reason.SMS_SETUP}:denied")
        yield Step(b"", "nothing", SEARCH_STEP_S)
    strength = signal((yield _said("AT+CSQ")).lines)
    # For support: an aerial that is off, or a network that does not want us.
    return Deferred(f"{Reason.SMS_UNREACHABLE}:signal {strength or 0}")


def _sent(order: Order) -> Dialogue:
    octets, length = pdu.submit(order.message)
    asked = yield _said(f"AT+CMGS={length}", wants="prompt")
    if asked.final != "prompt":
        yield Step(ESCAPE, "nothing", SETTLE_S)
        if asked.final == "+CMS ERROR":
            return modem_errors.verdict(asked.code, order.doubt)
        return Deferred(Reason.SMS_MODEM)
    # That it was unplugged in the middle is noticed before anything can have left.
    yield Step(octets.hex().upper().encode(), "nothing", SETTLE_S)
    heard = yield Step(CTRL_Z, within_s=order.send_s, commits=True)
    if not heard.ok:
        return _refused(heard, order.doubt)
    if not order.report_s:
        return Delivered()
    told = yield Step(b"", "report", order.report_s)
    return _reported(told, _number(r"\+CMGS: *(\d+)", heard.lines))


def _refused(heard: Reply, doubt: Outcome) -> Outcome:
    """What the modem said instead of OK, or that it said nothing."""
    match heard.final:
        case "+CMS ERROR":
            return modem_errors.verdict(heard.code, doubt)
        case "ERROR" | "+CME ERROR":
            return Deferred(Reason.SMS_LATER)
        case _:
            return doubt


def _reported(told: Reply, reference: int | None) -> Outcome:
    """Only a report that says "never" changes what is known."""
    try:
        report = pdu.report(bytes.fromhex("".join(told.lines)))
    except ValueError:
        report = None
    if report is None or report.reference != reference:
        return Delivered()
    if report.over and not report.arrived:
        return Refused(f"{Reason.SMS_REFUSED}:{report.status}")
    return Delivered()


def _said(line: str, wants: Wants = "final", within_s: float = ANSWER_S) -> Step:
    return Step(line.encode() + b"\r", wants, within_s)


def _number(pattern: str, lines: tuple[str, ...]) -> int | None:
    for line in lines:
        if found := re.search(pattern, line):
            return int(found[1])
    return None
