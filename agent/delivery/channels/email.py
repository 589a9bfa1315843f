"""One composed message to one recipient, through the shop's mail relays, in their order.

The outcome is settled by the answer to the content.  ``Refused`` is only what is about
this message: a permanent answer to its recipient or its content.  A relay that refuses
*us* (greeting, TLS, password, sender), is away or wants to be left alone is passed over
for the next one, and rests; a person can repair that, and the customer's address is not
to blame.  No recipient and no text of a relay, which quotes recipients, is ever logged
or returned.

A connection cut between the content and its answer leaves the message in doubt.  No
other relay is asked then.  It is sent again with the same Message-ID, so that mail
programs can show one message; some will show two.  So after a few doubts it is refused.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final, Literal

from agent.delivery.outcome import Deferred, Outcome, Refused
from agent.delivery.reasons import Reason
from agent.delivery.settings_mail import MailSettings, is_address
from agent.delivery.smtp import esmtp
from agent.delivery.smtp.password import password
from agent.delivery.smtp.relay import Relay, is_down
from agent.ids import ReceiptId

MAX_DOUBTS: Final = 3
"""Of one message in this process: each may be a mail more."""
MAX_IN_DOUBT: Final = 500
"""Messages whose doubts are counted: a relay that breaks so many is broken for all."""


def message_id(
    receipt: ReceiptId, domain: str, number: int = 0, *, annulled: bool = False
) -> str:
    """The Message-ID of a receipt's mail: the same at every try (RFC 5322, 3.6.4).

    A copy is another message: under the same id a mailbox would show only the first.  So
    is what tells that the sale was annulled.
    """
    copy = f".{number}" if number else ""
    tells = ".annulled" if annulled else ""
    return f"<{receipt}{copy}{tells}@{domain}>"


class EmailChannel:
    """Sends by SMTP.  Keeps connections for a while: :meth:`close` them at the end.

    Raises:
        ConfigError: from the constructor: a password cannot be read.
    """

    def __init__(self, settings: MailSettings) -> None:
        for each in settings.relays:
            password(each)
        self._total_s = settings.total_s
        self._relays = [Relay(each, settings) for each in settings.relays]
        self._doubts: OrderedDict[str, int] = OrderedDict()

    @property
    def name(self) -> Literal["email"]:
        return "email"

    async def send(self, message: bytes, recipient: str) -> Outcome:
        """Hand the message to the first relay that takes it, within ``total_s`` seconds.

        Calling it again sends it again.
        """
        if not is_address(recipient):
            return Refused(Reason.MAIL_ADDRESS)
        outcome = await self._by_turns(message, recipient)
        return self._counted(esmtp.message_id(message), outcome)

    async def run(self) -> None:
        """As a service: nothing to do, and at the end hangs up."""
        try:
            await asyncio.Event().wait()
        finally:
            self.close()

    def close(self) -> None:
        """Hang up on all relays; sending again makes new connections."""
        for relay in self._relays:
            relay.close()

    async def _by_turns(self, message: bytes, recipient: str) -> Outcome:
        worst: Deferred | None = None
        until_s = asyncio.get_running_loop().time() + self._total_s
        for relay in self._awake():
            outcome = await relay.send(message, recipient, until_s)
            if not isinstance(outcome, Deferred):
                return outcome
            if outcome.reason == Reason.MAIL_DOUBT:
                return outcome
            # What one relay said of this message counts more than that another is away.
            if worst is None or (is_down(worst) and not is_down(outcome)):
                worst = outcome
        return worst or Deferred(Reason.MAIL_UNREACHABLE)

    def _awake(self) -> list[Relay]:
        """Those that do not rest; if all do, all of them: mail must not wait for a rest."""
        now_s = asyncio.get_running_loop().time()
        awake = [each for each in self._relays if each.rests_until_s <= now_s]
        return awake or self._relays

    def _counted(self, identifier: str, outcome: Outcome) -> Outcome:
        doubts = self._doubts.pop(identifier, 0)
        if not isinstance(outcome, Deferred):
            return outcome
        if outcome.reason == Reason.MAIL_DOUBT:
            doubts += 1
            if doubts >= MAX_DOUBTS:
                return Refused(Reason.MAIL_DOUBT)
        if doubts:
            self._doubts[identifier] = doubts
            while len(self._doubts) > MAX_IN_DOUBT:
                self._doubts.popitem(last=False)
        return outcome
