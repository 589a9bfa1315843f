"""How the printer is, as far as is known; who is told, and what the log says of it."""

from __future__ import annotations

import asyncio
import logging
import math
from typing import Final

from agent.bus import Bus
from agent.delivery.printer_status import trouble_of
from agent.delivery.transports.base import TransportError
from agent.entropy import Entropy
from agent.events import Event, PrinterChanged, PrinterState
from agent.retry import Backoff

log = logging.getLogger(__name__)

FRESH_S: Final = 0.2
"""So old a state is worth a pulse: somebody who opens the cover takes longer."""
RECONNECT: Final = Backoff(base_s=0.5, cap_s=15.0)
"""While away.  A job does not wait for it, it tries at once."""
RECONNECT_AT_LEAST_S: Final = 0.1
"""Full jitter may draw 0; a refused connection costs a slice of the loop."""
UNREACHABLE: Final = PrinterState(known=False, online=False)
MUTE: Final = PrinterState(known=False, online=True, mute=True)
UNASKED: Final = PrinterState(known=False, online=True)


class News:
    """Changes go to the bus; that it went away and that it is back to the log, once each."""

    def __init__(self, printer: str, bus: Bus[Event]) -> None:
        self._printer = printer
        self._bus = bus
        self.state = PrinterState()
        self.failures = 0
        """In a row."""
        self._found = False
        self.said_at = -math.inf
        """When it was last reached."""

    @property
    def fresh(self) -> bool:
        """It said how it is just now."""
        return asyncio.get_running_loop().time() - self.said_at < FRESH_S

    @property
    def stopped(self) -> bool:
        """It says that it cannot print."""
        return trouble_of(self.state) is not None

    def again_in_s(self, entropy: Entropy) -> float:
        """After so many failures."""
        dice = int.from_bytes(entropy.draw(2), "big") / 65536
        return RECONNECT.delay_s(self.failures, dice, RECONNECT_AT_LEAST_S)

    def went_away(self, problem: TransportError) -> None:
        """It was not to be reached, or the wire broke."""
        self.failures += 1
        if self.failures == 1:
            fields = {"printer": self._printer, "fault": problem.fault}
            log.warning("printer went away", extra=fields)
        self._tell(UNREACHABLE)

    def stands(self) -> None:
        """It takes no more of a job, on a line that has not broken."""
        log.warning("printer takes no more bytes", extra={"printer": self._printer})
        self._tell(UNREACHABLE)

    def say(self, state: PrinterState) -> None:
        """It was reached, and this is how it is."""
        if self.failures or not self._found:
            how = trouble_of(state) or ("ready" if state.known else "mute")
            says = "printer is back" if self._found else "printer is found"
            log.info(says, extra={"printer": self._printer, "state": how})
        self.failures, self._found = 0, True
        self.said_at = asyncio.get_running_loop().time()
        self._tell(state)

    def _tell(self, state: PrinterState) -> None:
        if state != self.state:
            self.state = state
            self._bus.publish(PrinterChanged(state))
