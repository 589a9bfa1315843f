"""Whatever happens in whatever order: no paper lost, no number twice, one original."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agent.choice import resuming
from agent.choice.ledger import Ledger, mark
from agent.choice.session import (
    AskedAgain,
    Failed,
    Handed,
    Happening,
    Held,
    NextSale,
    Ordered,
    Phase,
    Picked,
    Preferred,
    Session,
    Settle,
    Silence,
    Withdrawn,
    step,
)
from agent.ids import ReceiptId
from agent.verbs import Channel, Choice

RECEIPT = ReceiptId(UUID(int=1))
CHANNELS: tuple[Channel, ...] = ("paper", "qr", "email", "sms", "account")
CHOICES: tuple[Choice, ...] = ("none", *CHANNELS)


class OneReceipt(RuleBasedStateMachine):
    """The counter's part is small: it orders what the table says, and tells of it."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(RECEIPT, "none", 8.0)
        self.ledger = Ledger(RECEIPT)
        self.contacts: dict[str, str] = {}
        self.numbers: list[int] = []
        self.asked_for_paper = 0
        self.prints = 0

    @rule(on_silence=st.sampled_from(["none", "paper"]))
    @precondition(lambda self: self.session.open and not self.numbers)
    def the_rule_says(self, on_silence: Literal["none", "paper"]) -> None:
        self.session = Session(RECEIPT, on_silence, 8.0)

    @rule(choice=st.sampled_from(CHOICES), by=st.sampled_from(["customer", "cashier"]))
    def somebody_picks(
        self, choice: Choice, by: Literal["customer", "cashier"]
    ) -> None:
        paper = self.session.leg("paper")
        if choice == "paper" and (paper is None or paper.progress == "failed"):
            self.asked_for_paper += 1
        self._happen(Picked(choice, by))

    @rule(channel=st.sampled_from(CHANNELS))
    def once_more(self, channel: Channel) -> None:
        if channel == "paper" and not self.session.open:
            self.asked_for_paper += 1
        self._happen(AskedAgain(channel))

    @rule(choice=st.sampled_from([None, "none", "account", "paper"]))
    def a_card_is_known(self, choice: Choice | None) -> None:
        self._happen(Preferred(choice))

    @rule(happening=st.sampled_from([Held(), Silence(), NextSale()]))
    def nobody_picks(self, happening: Happening) -> None:
        self._happen(happening)

    @rule(channel=st.sampled_from(CHANNELS))
    def it_arrives(self, channel: Channel) -> None:
        leg = self.session.leg(channel)
        if leg is not None and leg.progress == "failed" and channel != "qr":
            return  # a dead parcel stays dead
        if leg is not None and leg.number is not None:
            self.ledger = self.ledger.end(leg.number, "done", 1)
        if leg is not None or channel == "qr":
            self._happen(Handed(channel))

    @rule(channel=st.sampled_from(["email", "sms", "account", "qr"]))
    def it_fails(self, channel: Channel) -> None:
        leg = self.session.leg(channel)
        if leg is None or leg.progress not in {"asked", "waiting"}:
            return
        if leg.number is not None:
            self.ledger = self.ledger.end(leg.number, "failed", 1)
        self._happen(Failed(channel))

    @rule(channel=st.sampled_from(CHANNELS))
    def not_me(self, channel: Channel) -> None:
        leg = self.session.leg(channel)
        if leg is None or channel == "paper" or leg.progress == "done":
            return
        if leg.number is not None:
            self.ledger = self.ledger.end(leg.number, "withdrawn", 1)
        self._happen(Withdrawn(channel))

    @rule()
    def the_till_is_killed_and_starts_again(self) -> None:
        kept = resuming.Kept(
            self.session.phase,
            self.session.choice,
            self.session.by,
            self.session.preferred,
            closes_ms=8_000 if self.session.closes_at_s else None,
        )
        again = resuming.read(resuming.write(kept))
        assert again == kept
        self.session = resuming.session(
            RECEIPT,
            self.session.on_silence,
            again,
            self.ledger,
            8.0 if again.closes_ms else None,
        )

    def _happen(self, happening: Happening) -> None:
        was_open = self.session.open
        before = self.session.phase
        self.session, settle = step(self.session, happening)
        if not was_open:
            assert self.session.phase is not Phase.OFFERED, before
        if settle is not None:
            self._order(settle)

    def _order(self, settle: Settle) -> None:
        if settle.choice == "none":
            return
        self.ledger, row = self.ledger.order(settle.choice, "chosen", "cashier", 0)
        self.numbers.append(row.number)
        self.prints += settle.choice == "paper"
        self.session, more = step(self.session, Ordered(settle.choice, row.number))
        assert more is None

    @invariant()
    def numbers_never_repeat_and_there_is_one_original(self) -> None:
        assert self.numbers == list(range(len(self.numbers)))
        marks = [mark(number) for number in self.numbers]
        assert marks.count("ORIGINAL") == (1 if marks else 0)
        assert [row.mark for row in self.ledger.rows] == marks

    @invariant()
    def paper_that_was_asked_for_is_ordered(self) -> None:
        assert self.prints >= self.asked_for_paper

    @invariant()
    def who_was_promised_something_has_it_or_gets_paper(self) -> None:
        """Unless they took it back themselves."""
        rows = self.ledger.rows
        if self.session.open or not rows:
            return
        failed = any(row.outcome == "failed" for row in rows)
        withdrawn = any(row.outcome == "withdrawn" for row in rows)
        assert self.ledger.reached or withdrawn or not failed

    @invariant()
    def paper_in_the_ledger_is_paper_that_is_due(self) -> None:
        owed = [row.number for row in self.ledger.owed]
        leg = self.session.leg("paper")
        if leg is not None and leg.progress == "waiting":
            assert leg.number in owed

    @invariant()
    def the_phase_says_how_far_it_is(self) -> None:
        progress = {leg.progress for leg in self.session.legs}
        assert "asked" not in progress  # the counter orders in the same turn
        if self.session.phase is Phase.DONE:
            assert "waiting" not in progress
        if self.session.phase is Phase.DELIVERING:
            assert "waiting" in progress


OneReceipt.TestCase.settings = settings(
    max_examples=200, stateful_step_count=30, deadline=None
)
TestOneReceipt = OneReceipt.TestCase
