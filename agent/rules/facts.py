"""The facts that rules look at, and the closed vocabularies they are written in.

They come from the paper (what kind, what was sold, how it was paid) and from around it
(which terminal, whether the link is up).  None of them holds a word of the paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from agent.wire.goods import Category, Goods
from agent.wire.receipt import DocKind, Mention

Terminal = Literal["staffed", "sco", "kiosk", "scale"]
Vertical = Literal["retail", "hotel", "restaurant"]
Payment = Literal["approved", "declined", "cancelled", "preauth", "credit", "refund"]
Mode = Literal["live", "training", "degraded", "provisional"]
Basket = Literal["goods", "services", "mixed", "unknown"]
Asked = Literal["paper", "qr", "email", "sms", "account", "none"]
Sign = Literal["mention", "map", "serial", "eco_fee"]
"""By what goods under guarantee are known: the paper says it, a map of article numbers
or labels does, a telephone's serial number, the fee that electric goods and furniture
bear (C. env., art. L. 541-10-20)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """About one document.  ``None`` where nothing was found.

    ``unread``: it is a picture, and nobody is sure what it says.  ``total`` is in minor
    units of ``currency``.  ``scale``: a weighing instrument is connected to this till.
    ``needed``: its tickets must be kept and shown to get something.  ``promotion``: the
    paper is a promotional voucher.  ``later``: the customer has the document already.
    """

    kind: DocKind
    total: int | None = None
    mentions: frozenset[Mention] = frozenset()
    unread: bool = False
    currency: str = "EUR"
    country: str = ""
    terminal: Terminal = "staffed"
    vertical: Vertical = "retail"
    goods: tuple[Goods, ...] = ()
    signs: frozenset[Sign] = frozenset()
    payment: Payment = "approved"
    mode: Mode = "live"
    b2b: bool = False
    link_up: bool = True
    printer_ok: bool = True
    later: bool = False
    promotion: bool = False
    may_promote: bool = False
    scale: bool = False
    needed: bool = False
    choice: Asked | None = None

    @property
    def basket(self) -> Basket:
        """What all lines together are."""
        natures = {line.nature for line in self.goods}
        if natures == {"service"}:
            return "services"
        if natures == {"good"}:
            return "goods"
        return "mixed" if "service" in natures else "unknown"

    @property
    def categories(self) -> frozenset[Category]:
        """Of the goods under guarantee whose category is known."""
        return frozenset(line.category for line in self.goods if line.category)

    @property
    def guarantee(self) -> bool:
        """Whether any of it is under guarantee, by the paper or by what it sells."""
        return "guarantee" in self.mentions or bool(self.signs or self.categories)

    @property
    def weighed(self) -> bool:
        """Whether a weighing instrument of this till made it, or part of it."""
        lines = self.scale and any(line.weighed for line in self.goods)
        return lines or self.terminal == "scale"

    def said(self) -> dict[str, Any]:
        """As JSON, less what is as by default."""
        plain = Facts(self.kind)
        kept = {
            name: value
            for name, value in asdict(self).items()
            if value != getattr(plain, name)
        }
        sets = {
            name: sorted(kept[name]) for name in ("mentions", "signs") if name in kept
        }
        return {"kind": self.kind.value} | kept | sets

    @classmethod
    def again(cls, said: Mapping[str, Any]) -> Facts:
        """From what :meth:`said` made.

        Raises:
            TypeError: a fact that is not known here.
            ValueError: no such kind.
        """
        given = dict(said)
        for name in ("mentions", "signs"):
            given[name] = frozenset(given.get(name, ()))
        given["goods"] = tuple(Goods(*line) for line in given.get("goods", ()))
        return cls(**{**given, "kind": DocKind(given["kind"])})


def stated(facts: Facts) -> Facts:
    """With what kind and mentions say of payment, mode and addressee."""
    return replace(
        facts,
        payment=_payment(facts),
        mode=_mode(facts.mentions),
        b2b=facts.kind is DocKind.INVOICE,
    )


def _payment(facts: Facts) -> Payment:
    for mention, payment in _PAID.items():
        if mention in facts.mentions:
            cancelled = payment == "declined" and "annulled" in facts.mentions
            return "cancelled" if cancelled else payment
    taken_back = facts.kind is DocKind.VOID and (facts.total or 0) < 0
    return "refund" if taken_back or facts.kind is DocKind.REFUND else "approved"


def _mode(mentions: frozenset[Mention]) -> Mode:
    return next((mode for mode in _MODES if mode in mentions), "live")


_PAID: Final[Mapping[Mention, Payment]] = {
    "card_refused": "declined",
    "card_preauthorised": "preauth",
    "card_credited": "credit",
}
_MODES: Final[tuple[Literal["training", "provisional", "degraded"], ...]] = (
    "training",
    "provisional",
    "degraded",
)

Value = str | bool | int | None | frozenset[str]

NAMED: Final[Mapping[str, Callable[[Facts], Value]]] = {
    "kind": lambda facts: facts.kind.value,
    "total": lambda facts: facts.total,
    "currency": lambda facts: facts.currency,
    "mentions": lambda facts: frozenset(facts.mentions),
    "unread": lambda facts: facts.unread,
    "terminal": lambda facts: facts.terminal,
    "vertical": lambda facts: facts.vertical,
    "basket": lambda facts: facts.basket,
    "guarantee": lambda facts: facts.guarantee,
    "categories": lambda facts: frozenset(facts.categories),
    "weighed": lambda facts: facts.weighed,
    "payment": lambda facts: facts.payment,
    "mode": lambda facts: facts.mode,
    "b2b": lambda facts: facts.b2b,
    "link": lambda facts: "up" if facts.link_up else "down",
    "printer": lambda facts: "ok" if facts.printer_ok else "needs",
    "delivery": lambda facts: "later" if facts.later else "first",
    "promotion": lambda facts: facts.promotion,
    "may_promote": lambda facts: facts.may_promote,
    "needed": lambda facts: facts.needed,
    "choice": lambda facts: facts.choice,
}
"""Facts as a row of a pack names them; ``elsewhere`` is told by the pack."""
