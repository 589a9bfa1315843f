"""Tells the counter what it shows but does not cause: printer, RCU, mail relay, SMS, screens.

And says whether a customer can have the receipt without paper now, as far as anybody
knows: somebody must be able to choose it, and what carries it must not be known to be
away.  A link that nobody has used yet counts as working.
"""

from __future__ import annotations

from collections.abc import Collection

from agent.bus import Bus, Lagged
from agent.events import Event, LinkChanged, PrinterChanged
from agent.pipeline.codes import Codes
from agent.pipeline.counter import Counter


class Links:
    """A listener of the bell.  A service.  ``configured``: of ``mail``, ``sms``, ``rcu``.

    ``codes``: of whatever a QR leads to, or holds.
    """

    name = "links"

    def __init__(
        self,
        counter: Counter,
        bus: Bus[Event],
        codes: Codes,
        configured: Collection[str] = (),
    ) -> None:
        self._counter = counter
        self._bus = bus
        self._codes = codes
        self._up = dict.fromkeys(configured, True)

    @property
    def paperless(self) -> bool:
        """Whether some way to the customer works: a QR that leads somewhere, an e-mail.

        An SMS leads to the same page as the QR.
        """
        display, cashier = self._up.get("display"), self._up.get("cashier")
        qr = self._codes.works and display
        mail = self._up.get("mail") and (display or cashier)
        sms = self._up.get("sms") and self._up.get("rcu") and (display or cashier)
        return bool(qr or mail or sms)

    @property
    def online(self) -> bool:
        """Whether nothing that goes by the network is known to be away."""
        return all(self._up.get(link, True) for link in ("rcu", "mail", "sms"))

    async def run(self) -> None:
        """Listen until cancelled."""
        with self._bus.subscribe() as events:
            async for event in events:
                match event:
                    case LinkChanged(link=link, up=up):
                        self._up[link] = up
                        self._counter.link_changed(link, up=up)
                    case PrinterChanged() | Lagged():
                        self._counter.changed()
                    case _:
                        pass
