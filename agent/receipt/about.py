"""All that a paper says besides its sums: who, when, which, and what it states.

One reading of each line for everybody: the slips, the links to other receipts and the
country are found once and handed to those that must not take their numbers for the
sale's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.receipt import dates
from agent.receipt.counts import counts_of
from agent.receipt.fiscal import fiscal_of, signed_at
from agent.receipt.header import merchant_of
from agent.receipt.headlines import Headline, headlines_of
from agent.receipt.lines import Page
from agent.receipt.links import links_of
from agent.receipt.loyalty import card_of, loyalty_of
from agent.receipt.mentions import copy_of, mentions_of
from agent.receipt.references import references_of
from agent.receipt.slips import Slip, below_sale, slips_of
from agent.wire.receipt import Copy, DocKind


@dataclass(frozen=True, slots=True)
class About:
    """``fields`` are those of the wire model, by name."""

    fields: Mapping[str, Any]
    said: Mapping[DocKind, Headline]
    slips: Sequence[Slip]
    copy: Copy | None
    dates: Sequence[dates.Found]
    count: int | None


_NAMES_TOO = frozenset({DocKind.KITCHEN, DocKind.VOUCHER, DocKind.LABEL})
"""Kinds whose words stand in shops' names as well."""


def about(page: Page, country: str, codes: Sequence[str] = ()) -> About:
    """Read a page for everything but money.

    ``country`` is where the till stands, ``codes`` what its symbols say.
    """
    said = headlines_of(page)
    slips = slips_of(page)
    links, linked = links_of(page)
    copy = copy_of(page)
    found = dates.dates_of(page, country)
    date = found[0] if found and found[0].score > dates.DECOY_ONLY else None
    counts = counts_of(page, signed_at(page))
    reference = references_of(page, linked | below_sale(page, slips))
    return About(
        fields={
            "copy_mark": copy,
            "merchant": merchant_of(page, country, slips, _titles(said)),
            "number": reference.number,
            "store": reference.store,
            "till": reference.till,
            "operator": reference.operator,
            "date": date.date if date else None,
            "time": dates.time_of(page, found if date else ()),
            "item_count": counts.articles,
            "line_count": counts.lines,
            "loyalty_card": card_of(page),
            "loyalty": loyalty_of(page),
            "fiscal": fiscal_of(page, codes, counts.fiscal),
            "links": links,
            "mentions": mentions_of(page, copy, links, slips),
        },
        said=said,
        slips=slips,
        copy=copy,
        dates=found,
        count=counts.articles if counts.articles is not None else counts.lines,
    )


def _titles(said: Mapping[DocKind, Headline]) -> frozenset[int]:
    return frozenset(
        head.at for kind, head in said.items() if head.title and kind not in _NAMES_TOO
    )
