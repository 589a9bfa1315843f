"""Which sale a paper is of, by what is printed on it.

A POS prints a sale again (a copy, a reprint, after paper ran out): that is no second
sale.  Two customers who buy the same within a minute are two.  So papers are told apart
by the number that the POS gave them, and nothing is said of a paper without one.

A paper that says that its sale was annulled is a paper of that sale, not another one;
a paper that annuls a sale is another document, and names the sale by its number.

Pure.  Digests leave here, which say that two papers are alike and nothing else, and the
number of the document by which a sale was annulled.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any, Final, NamedTuple

from agent.wire.events import MAX_NUMBER_CHARS
from agent.wire.receipt import DocKind, Receipt

DIGEST_BYTES: Final = 16
SALES: Final = frozenset(
    {*(DocKind.SALE, DocKind.REFUND, DocKind.VOID, DocKind.INVOICE), DocKind.DUPLICATE}
)
ANNULLED_WITHIN_DAYS: Final = 3
"""A sale is named by number, not by day; a till knows those of three days."""
HEAD_LINES: Final = 8
"""A headline stands above or below the shop's name and address, not further down."""
_BLANKS: Final = re.compile(r"\s+")
_PRICED: Final = re.compile(r"\d[.,]\d\d(?!\d)")
_ANNULLED: Final = re.compile(
    r"\W*+(?:duplicata\W++)?(?:(?:ce|la|le|this|the|der) )?"
    r"(?:(?:ticket|vente|facture|transaction|note|receipt|sale|bon|beleg) )?"
    r"(?:(?:est|is|ist|wurde) )?"
    r"(?:annul[eé]{1,2}e?|annulation|voided|cancell?ed|storniert|storno|geannuleerd)"
    r"(?: (?:par|by|durch|door) .*+)?\W*+",
    re.IGNORECASE,
)


class Annulled(NamedTuple):
    """What ``number`` may be of a sale that a paper annuls, and its ``total``.

    ``total`` is empty where any will do: a refund of a part annuls nothing.
    """

    number: str
    total: str = ""


class Printed(NamedTuple):
    """What tells papers apart; digests in hex.

    ``number`` is of receipt number, shop, till and day: one sale, if the POS counts.
    ``total`` adds the amount, ``paper`` all lines.  ``number`` is ``None`` where no
    sale can be named: nothing is the same as that.  ``copy``: the POS says that it is
    one, or what became of the sale since.  ``dated``: the time is printed, so equal
    lines were printed in one minute or are one sale.  ``amounts``: what a card slip of
    it may say, minor units: what each card paid, and the total.  ``annuls``: the sale that this paper annuls, one a day.
    ``annulled_by``: this one's sale was annulled; the number,
    as printed, of the paper that does it, or nothing.
    """

    number: str | None = None
    total: str = ""
    paper: str = ""
    copy: bool = False
    dated: bool = False
    amounts: tuple[int, ...] = ()
    annuls: tuple[Annulled, ...] = ()
    annulled_by: str | None = None

    @classmethod
    def again(cls, said: Sequence[Any]) -> Printed:
        """From what JSON made of one."""
        number, total, paper, copy, dated, amounts, annuls, by = said
        return cls(
            *(number, total, paper, copy, dated, tuple(amounts)),
            tuple(Annulled(*each) for each in annuls),
            by,
        )


NOT_A_SALE: Final = Printed()


def printed(receipt: Receipt) -> Printed:
    """What tells this paper from others."""
    annuls = tuple(_annulled(receipt))
    if receipt.kind not in SALES or receipt.total is None:
        return Printed(annuls=annuls)
    cards = (paid.amount for paid in receipt.payments if paid.kind == "card")
    paid = [abs(amount) for amount in cards]
    total = abs(receipt.total)
    amounts = tuple(sorted(paid if total in paid else [*paid, total]))
    number = _number(receipt)
    if number is None:
        return Printed(amounts=amounts, annuls=annuls)
    annulled_by = _annulled_by(receipt)
    marked = receipt.copy_mark is not None or receipt.kind is DocKind.DUPLICATE
    return Printed(
        number=number,
        total=_amount(number, receipt.total, receipt.currency),
        paper=_digest(_words(receipt.lines)),
        copy=marked or annulled_by is not None,
        dated=receipt.time is not None,
        amounts=amounts,
        annuls=annuls,
        annulled_by=annulled_by,
    )


def _number(receipt: Receipt) -> str | None:
    """Without day or number no sale is named.

    A number that is the count of articles is rather that: tills print both.
    """
    number = _BLANKS.sub("", receipt.number or "").casefold()
    counts = {str(receipt.item_count), str(receipt.line_count)}
    named = any(char.isdigit() for char in number) and number not in counts
    if not named or receipt.date is None:
        return None
    if _takes_back(receipt):
        number = f"{number} {DocKind.VOID}"  # of the sale there is a paper already
    return _of_day(number, receipt, receipt.date)


def _takes_back(receipt: Receipt) -> bool:
    return receipt.kind is DocKind.VOID and (receipt.total or 0) < 0


def _annulled_by(receipt: Receipt) -> str | None:
    """See :class:`Printed`: from the number, or from a headline without one."""
    if receipt.links.annulled_by:
        return receipt.links.annulled_by[:MAX_NUMBER_CHARS]
    head = takewhile(lambda line: not _PRICED.search(line), receipt.lines[:HEAD_LINES])
    plain = (_BLANKS.sub(" ", line) for line in head)
    return "" if any(_ANNULLED.fullmatch(line) for line in plain) else None


def _annulled(receipt: Receipt) -> Iterator[Annulled]:
    """The sale of the same till that has the number which this paper annuls.

    A void without that number which takes money back may bear the sale's own.
    """
    named = receipt.links.annuls
    if not named and _takes_back(receipt):
        named = receipt.number
    number = _BLANKS.sub("", named or "").casefold()
    if not number or receipt.date is None:
        return
    today = receipt.date.toordinal()
    for ordinal in range(max(1, today - ANNULLED_WITHIN_DAYS + 1), today + 1):
        digest = _of_day(number, receipt, dt.date.fromordinal(ordinal))
        whole = receipt.kind is DocKind.REFUND
        back = -(receipt.total or 0)
        yield Annulled(digest, _amount(digest, back, receipt.currency) if whole else "")


def _amount(number: str, total: int, currency: str) -> str:
    return _digest([number, str(total), currency])


def _of_day(number: str, receipt: Receipt, day: dt.date) -> str:
    place = (receipt.store or "", receipt.till or "")
    return _digest([number, *place, day.isoformat()])


def _words(lines: Iterable[str]) -> list[str]:
    """Lines without what a printer's width and a rule of dashes change."""
    bare = (_BLANKS.sub(" ", line).strip().casefold() for line in lines)
    return [line for line in bare if any(char.isalnum() for char in line)]


def _digest(parts: Iterable[str]) -> str:
    joined = "\n".join(parts).encode("utf-8", "replace")
    return hashlib.sha256(joined).digest()[:DIGEST_BYTES].hex()
