"""What people at the till may ask of the counter, and what it may answer.

Screens and hands (keypads, scanners) call the same verbs; neither knows the other.
Whoever calls says who asked; the counter says whether it makes sense now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

Lang = Literal["fr", "en", "es", "de", "ar"]
Choice = Literal["none", "paper", "qr", "email", "sms", "account"]
Channel = Literal["paper", "qr", "email", "sms", "account"]
"""A way by which a receipt reaches its customer; ``none`` is a choice and no way."""
By = Literal["customer", "cashier"]
Provenance = Literal["printed", "scanned", "looked_up", "typed"]
"""How an identifier came here: on the receipt, by a scanner, out of a list, by hand."""
Reason = Literal["asked", "lost", "unreadable", "not_arrived", "printer", "other"]
"""Why a receipt is handed over once more: a code, so that no name gets into the ledger."""

MAX_CONTACT_CHARS: Final = 254
"""RFC 5321, 4.5.3.1.3: a path has 256 octets, two of them brackets."""
MAX_IDENTIFIER_CHARS: Final = 128
MAX_QUERY_CHARS: Final = 64


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in the languages of the counter.

    What a customer reads has all five; what only a cashier or IT reads has two, and
    the others say it in English.
    """

    fr: str
    en: str
    es: str = ""
    de: str = ""
    ar: str = ""

    def __post_init__(self) -> None:
        for lang in ("es", "de", "ar"):
            object.__setattr__(self, lang, getattr(self, lang) or self.en)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a verb did nothing: a code for the log, words for the person.

    ``hint``: what was perhaps meant instead of a contact that nobody has.
    """

    code: str
    words: Words
    hint: str = field(default="", repr=False)


class Counter(Protocol):
    """The counter, as whoever presses, touches or scans sees it.

    ``receipt`` is :attr:`agent.screens.snapshot.Shown.id` or that of a line of the
    cashier's list.  A receipt that is not (or no longer) there is a :class:`Refusal`,
    not an exception.  A verb that is repeated does no harm; it returns once its effect
    is kept in the store and the paper lane knows.
    """

    def here(self) -> str | None:
        """The receipt at the counter, for a key that names none."""
        ...

    async def choose(
        self,
        receipt: str,
        choice: Choice,
        contact: str | None,
        by: By,
        lang: Lang = "fr",
    ) -> Refusal | None:
        """One more way for the receipt at the counter, or none.

        ``contact`` comes with ``email`` and ``sms``, as it was typed, and only then.
        ``lang`` is what the customer read it in.  Also late: paper as long as its
        bytes are kept.
        """
        ...

    async def hold(self, receipt: str) -> Refusal | None:
        """Stop the countdown: somebody is busy choosing."""
        ...

    async def extend(self, receipt: str) -> Refusal | None:
        """Let the countdown begin again; a receipt that is leaving stays as long again."""
        ...

    async def reprint(
        self, receipt: str, reason: Reason = "asked", by: str = "cashier"
    ) -> Refusal | None:
        """Print a receipt that the store still has; by its number in the ledger.

        The first paper of one that nobody has is the ORIGINAL, every later one a
        DUPLICATA.  ``by`` names the operator (a role, a paired device).
        """
        ...

    async def resend(
        self,
        receipt: str,
        channel: Channel,
        contact: str | None,
        reason: Reason,
        by: str = "cashier",
    ) -> Refusal | None:
        """Hand a receipt that the store still has over once more, by that channel."""
        ...

    async def not_me(self, receipt: str, by: By = "customer") -> Refusal | None:
        """The shown contact, card or stored preference is not this customer's.

        A parcel that has not left is taken back; of what has left, the agreement is
        withdrawn.  Contact or card are unlinked from the receipt.
        """
        ...

    async def keep_preference(self, receipt: str, *, keep: bool) -> Refusal | None:
        """« Conserver ce choix » for the card of this sale, or forget what was kept."""
        ...

    async def identify(self, value: str, provenance: Provenance) -> Refusal | None:
        """A loyalty card: of the receipt at the counter, else of the next one."""
        ...

    async def gift(self, receipt: str, by: str = "cashier") -> Refusal | None:
        """Print a gift receipt: the goods, no price."""
        ...
