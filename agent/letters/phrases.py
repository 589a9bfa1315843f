"""What a letter says, as a shape: each language fills it (``agent.letters.tongues``).

``{…}`` are filled by :meth:`str.format` with text, never with markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agent.wire.receipt import DocKind, PaymentKind


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language.  ``at`` joins a date and a time."""

    titles: dict[DocKind, str]
    title: str
    copy: str
    greeting: str
    total: str
    subtotal: str
    rounding: str
    change: str
    vat: str
    payments: dict[PaymentKind, str]
    number: str
    articles: tuple[str, str]
    page: str
    strip: str
    machine: str
    picture: str
    attached: str
    why: str
    use: str
    not_me: str
    not_me_how: str
    discreet: str
    not_me_subject: str
    at: str
    decimal: str
    percent: str
    code: str
    """Above the POS's own bar code."""
    code_picture: str
    pdf: str
    pdf_name: str
    more: str
    """Where the letter is too short for all lines; ``{count}`` are left out."""
    annulled: str
    annulled_subject: str
    annulled_says: str
    annulled_by: str
    annulled_then: str
    offer: str
    """Over what the retailer says of itself; ``offer_why``: and why it may."""
    offer_why: str
    no_mail: str
    colon: str
    way: Literal["ltr", "rtl"] = "ltr"
