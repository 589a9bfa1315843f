"""What a strip may cost, whoever draws it."""

from __future__ import annotations

from agent.paper.budget import MAX_SYMBOL_BYTES, Budget, rationed, within
from agent.paper.strip import Box, Feed, Page, Placed, Run, Strip, Symbol, TextLine

LARGE = Symbol("QR", b"x" * 6000, "x" * 6000)
SMALL = Symbol("QR", b"x", "x")
LINE = TextLine((Run("x"),))


def test_what_does_not_fit_leaves_room_for_what_does() -> None:
    budget = Budget(10)
    assert [budget.pays(cost) for cost in (6, 5, 4, 1)] == [True, False, True, False]
    assert (budget.left, budget.short) == (0, True)


def test_symbols_in_pages_and_outside_are_rationed_together() -> None:
    page = Page(90, (Placed(1, 2, LARGE), Placed(3, 4, LINE), Placed(5, 6, LARGE)))
    strip = Strip((LARGE, Feed(3), page, LARGE, SMALL), 384, 7)
    words = Symbol("QR", b"", LARGE.text)
    cut = Page(90, (Placed(1, 2, LARGE), Placed(3, 4, LINE), Placed(5, 6, words)))
    assert rationed(strip) == Strip((LARGE, Feed(3), cut, words, SMALL), 384, 7)


def test_a_receipt_keeps_all_its_symbols() -> None:
    assert 2 * 6000 < MAX_SYMBOL_BYTES < 3 * 6000
    strip = Strip((SMALL, Page(9, (Placed(0, 0, SMALL),)), LINE, Box(0, 9, 9)))
    assert rationed(strip) == strip


def test_a_strip_ends_at_the_first_mark_that_is_not_paid_for() -> None:
    page = Page(90, (Placed(0, 0, LINE),) * 5)
    budget = Budget(4)
    shown = within(Strip((LINE, Feed(3), page, LINE)), budget, lambda _mark: 1)
    assert shown == Strip((LINE, Feed(3), Page(90, (Placed(0, 0, LINE),) * 3)))
    assert budget.short


def test_a_strip_that_is_paid_for_is_whole() -> None:
    strip = Strip((LINE, Page(90, (Placed(0, 0, LINE),) * 5), Feed(3)))
    budget = Budget(6)
    assert within(strip, budget, lambda _mark: 1) == strip
    assert not budget.short
