"""What kind of document it is: words as evidence, shape as proof.

A kind that is no sale needs its own words *and* the absence of a sale's shape (priced
items that close, or tenders for a total).  In doubt the answer is ``unknown``: paper
is printed then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.receipt.headlines import Headline
from agent.receipt.lines import Page
from agent.receipt.slips import Slip
from agent.receipt.wording import Wording
from agent.wire.receipt import Copy, DocKind

_K = DocKind

TITLE_LINES: Final = 12
"""A report names itself at the top; a sale may mention one at its foot."""
HEAD_LINES: Final = 8
"""Above a slip that has a terminal's own signs below it."""
LABEL_LINES: Final = 14
"""A label is shorter than any receipt with a head and a foot."""
WITH_SLIPS: Final = frozenset(
    {_K.SALE, _K.REFUND, _K.DUPLICATE, _K.INVOICE, _K.PROFORMA, _K.VOID}
)
"""Kinds to which a card slip of the same job belongs."""
REPORTS: Final = frozenset({_K.Z_REPORT, _K.X_REPORT})
"""Kinds whose amounts are those of many sales: no item, no total, nothing to prove."""

_DISH = re.compile(r"^\s{0,4}\d{1,3}\s*[Xx]?\s+\S")
_SERVED = Wording(
    r"\bTABLE\b|\bTISCH\b|\bTAFEL\b|\bMESA\b|\bTAVOLO\b|\bCOUVERTS?\b|\bGASTE\b|\bGASTEN\b|\bCOMENSALES\b|\bCOPERTI\b|"
    r"\bPESSOAS\b|\bKELLNER|\bSUR\s+PLACE\b|\bA\s+EMPORTER\b|\bZUM\s+MITNEHMEN|\bTAKE\s?-?AWAY|\bEAT\s+IN\b"
)
_PACKED = Wording(
    r"\b(?:EMBALLE|CONDITIONNE)\s+LE\b|\bA\s+CONSOMMER\b|\bMHD\b|\bTHT\b|\bVERPACKT\s+AM\b|\b(?:BEST\s+BEFORE|USE\s+BY|PACKED\s+ON)\b|"
    r"\bENVASADO\b|\bCONFEZIONATO\b|\bEMBALADO\b"
)
"""What a scale prints beside ``PRIX A PAYER``, and no till."""
_BUSINESS = Wording(
    r"^\W*+(?:CLIENT|FACTURE\s+A|FACTURE\s+POUR|DESTINATAIRE|ACHETEUR|SOCIETE|KUNDE|RECHNUNGSEMPFANGER|FIRMA|KLANT|CLIENTE|"
    r"CESSIONARIO|DESTINATARIO|BILL\s+TO|SOLD\s+TO|CUSTOMER|BUYER)\b\s*:?.*\b(?:SAS|SASU|SARL|EURL|SCI|SNC|GMBH|OHG|KG|UG|BV|NV|SRL|"
    r"SPRL|SL|LDA|LTD|LLC|INC|PLC)\b|\b(?:SIRET|TVA|SIREN|UID|VAT|BTW|NIF|P\.?\s?IVA)\s+(?:DU\s+|DE\s+)?(?:CLIENT|ACHETEUR|KUNDE|KLANT|CLIENTE|CUSTOMER)\b"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the sums say about a document.  ``named``: words call the total one.

    ``taxed``: a VAT row is printed, which no card slip has; ``proven``: the rows sum up to
    the total.
    """

    items: int
    total: int | None
    closes: bool
    paid: bool
    named: bool
    taxed: bool
    proven: bool
    priced_lines: int

    @property
    def sells(self) -> bool:
        """Items that add up to a total which was paid."""
        return self.items > 0 and self.total is not None and self.closes and self.paid

    def evidence(self) -> Iterator[str]:
        """In the words of ``kind_evidence``."""
        said = (
            ("sums_close", self.closes and self.items > 0),
            ("tenders_pay", self.paid),
            ("total_named", self.named),
            ("vat_rows", self.taxed),
            ("no_prices", self.priced_lines == 0),
        )
        return (name for name, holds in said if holds)


@dataclass(frozen=True, slots=True)
class Judged:
    """A kind, how sure, and why, strongest first."""

    kind: DocKind
    confidence: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """All that speaks for or against a kind."""

    page: Page
    said: Mapping[DocKind, Headline]
    shape: Shape
    slips: Sequence[Slip]
    copy: Copy | None

    def titled(self, kind: DocKind) -> bool:
        return kind in self.said and self.said[kind].title

    def named(self, kind: DocKind) -> bool:
        """On a line without an amount, or at the top if the paper sells."""
        head = self.said.get(kind)
        if head is None or head.priced:
            return False
        return head.at < TITLE_LINES or not self.shape.sells

    @property
    def slip(self) -> bool:
        """Nothing but a slip, with a shop's head above it at the most."""
        shape = self.shape
        if not self.slips or shape.taxed:
            return False
        inside = {at for s in self.slips for at in range(s.first, s.last + 1)}
        outside = [ln for ln in self.page.lines if ln.plain and ln.at not in inside]
        return len(outside) <= HEAD_LINES and not any(ln.amounts for ln in outside)

    def whose(self, kind: DocKind | None) -> bool:
        return self.slip and self.slips[0].whose is kind

    @property
    def serves(self) -> bool:
        """Dishes for a table, and no price."""
        return (
            self.shape.priced_lines == 0
            and next(self.page.saying(_SERVED), None) is not None
            and any(_DISH.match(line.text) for line in self.page.lines)
        )

    @property
    def unpriced(self) -> bool:
        return self.shape.priced_lines == 0 or self.shape.total is None

    @property
    def idle(self) -> bool:
        """Nothing is sold here: no two items that add up, nothing paid."""
        shape = self.shape
        return not (shape.closes and shape.items > 1) and not shape.sells

    @property
    def labels(self) -> bool:
        shape, lines = self.shape, self.page.lines
        due = shape.named and next(self.page.holding(_PACKED), None) is None
        return (
            _K.LABEL in self.said
            and not (due or shape.taxed or shape.paid)
            and 0 < shape.priced_lines <= 3
            and sum(bool(line.plain) for line in lines) <= LABEL_LINES
        )

    @property
    def back(self) -> bool:
        """Money goes back: below zero, or a title at the top says so."""
        if _K.REFUND not in self.said:
            return False
        top = self.titled(_K.REFUND) and self.said[_K.REFUND].at < TITLE_LINES
        return (self.shape.total or 0) < 0 or top

    @property
    def undone(self) -> bool:
        """A sale that was never paid, or one that is taken back whole."""
        total = self.shape.total or 0
        return self.titled(_K.VOID) and (total <= 0 or not self.shape.paid)

    @property
    def worth(self) -> bool:
        shape = self.shape
        return _K.VOUCHER in self.said and not (
            shape.closes or shape.paid or shape.taxed or shape.items > 1
        )

    @property
    def business(self) -> bool:
        return (
            self.titled(_K.INVOICE)
            and next(self.page.saying(_BUSINESS), None) is not None
        )

    @property
    def doubtful(self) -> bool:
        """No word and no second sum says that this is the total of a sale."""
        shape = self.shape
        if not shape.named and not (shape.closes and (shape.paid or shape.proven)):
            return True
        return shape.items == 0 and not shape.paid and not shape.taxed


@dataclass(frozen=True, slots=True)
class _Row:
    kind: DocKind
    fits: Callable[[Case], bool]
    confidence: float
    why: str


_BEFORE_TOTAL: Final = (
    _Row(_K.Z_REPORT, lambda case: case.named(_K.Z_REPORT), 0.95, ""),
    _Row(_K.X_REPORT, lambda case: case.named(_K.X_REPORT), 0.95, ""),
    _Row(_K.GIFT, lambda case: case.named(_K.GIFT) and case.unpriced, 0.95, ""),
    _Row(_K.KITCHEN, lambda case: case.named(_K.KITCHEN) and case.unpriced, 0.95, ""),
    _Row(_K.KITCHEN, lambda case: case.serves, 0.8, "dishes"),
    _Row(_K.MERCHANT_SLIP, lambda case: case.whose(_K.MERCHANT_SLIP), 0.95, "slip"),
    _Row(_K.CARD_SLIP, lambda case: case.whose(_K.CARD_SLIP), 0.95, "slip"),
    _Row(_K.CASH_REPORT, lambda case: case.titled(_K.CASH_REPORT) and case.idle, 0.9, ""),
    _Row(_K.UNKNOWN, lambda case: case.slip, 0.3, "slip_of_nobody"),
    _Row(_K.DRAWER, lambda case: case.titled(_K.DRAWER) and case.idle, 0.9, ""),
    _Row(_K.TEST_PAGE, lambda case: case.named(_K.TEST_PAGE) and case.idle, 0.9, ""),
    _Row(_K.EXIT_SLIP, lambda case: case.named(_K.EXIT_SLIP) and case.unpriced, 0.9, ""),
    _Row(_K.VOID, lambda case: case.undone and not case.back, 0.8, ""),
    _Row(_K.OTHER, lambda case: case.titled(_K.OTHER) and case.idle, 0.9, ""),
    _Row(_K.LABEL, lambda case: case.labels, 0.7, "label"),
)  # fmt: skip
"""Told without knowing what is due."""

_WITHOUT_TOTAL: Final = (
    _Row(_K.VOUCHER, lambda case: case.titled(_K.VOUCHER), 0.7, ""),
    _Row(_K.REFUND, lambda case: case.titled(_K.REFUND), 0.6, ""),
)

_WITH_TOTAL: Final = (
    _Row(_K.PROFORMA, lambda case: _K.PROFORMA in case.said, 0.0, ""),
    _Row(_K.REFUND, lambda case: case.back, 0.0, ""),
    _Row(_K.VOUCHER, lambda case: case.worth, 0.0, ""),
    _Row(_K.UNKNOWN, lambda case: case.doubtful, 0.3, "doubtful"),
    _Row(_K.DUPLICATE, lambda case: case.copy is not None, 0.0, "copy_mark"),
    _Row(_K.INVOICE, lambda case: case.business, 0.0, "client"),
    _Row(_K.SALE, lambda _: True, 0.0, ""),
)
"""No confidence of its own: that of the sums."""


def kind_of(case: Case) -> Judged:
    """The kind by the first row that fits."""
    shape = case.shape
    last = _WITHOUT_TOTAL if shape.total is None else _WITH_TOTAL
    for row in (*_BEFORE_TOTAL, *last):
        if row.fits(case):
            return _judged(row, case)
    return Judged(_K.UNKNOWN, 0.1, tuple(shape.evidence()))


def _judged(row: _Row, case: Case) -> Judged:
    shape = case.shape
    sums = 0.6 + 0.2 * shape.closes + 0.15 * shape.paid
    headline = case.said.get(row.kind)
    why = [f"headline:{row.kind.value}:{headline.at}"] if headline else []
    why += [row.why] if row.why else []
    return Judged(row.kind, row.confidence or sums, (*why, *shape.evidence()))
