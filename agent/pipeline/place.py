"""Where the counter stands, and what it can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agent.verbs import Lang

LONGEST_S: Final = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class Place:
    """One counter.

    ``paper_for_s``: how long paper may be asked for, as far as its bytes are kept.
    """

    shop: str
    till: str
    tickets_url: str
    window_s: float
    linger_s: float
    email: bool
    qr_slip: bool = False
    phone_code: bool = False
    """The cashier's screen shows a code that a customer's phone types."""
    keeps: bool = True
    """False: there is no database, everything is printed."""
    rules: bool = True
    """False: there is no pack of rules, everything is printed."""
    sms: bool = False
    account: bool = False
    """A service is there that knows the cards' accounts."""
    paper_for_s: float = LONGEST_S
    country: str = "FR"
    whole: bool = False
    """A receipt can be put into a QR when there is no network."""
    exit_slip: bool = False
    """A slip opens the barrier behind this till."""
    own_domain: str = ""
    """From which the shop writes: no customer's address is there."""

    def page_url(self, token: str, lang: Lang = "fr") -> str:
        """The customer's page of a receipt, at the RCU.

        In the language of the phone that opens it, unless another than French was
        chosen at the till.
        """
        chosen = "" if lang == "fr" else f"?lang={lang}"
        return f"{self.tickets_url}/r/{token}{chosen}"

    @property
    def code_at(self) -> str:
        """Where a phone types its code, as people read it: ``tickets.example/c``."""
        return f"{self.tickets_url.partition('://')[2]}/c" if self.phone_code else ""
