"""What the screens show of the counter: one value, made anew each time it is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from agent.choice.figures import cell
from agent.events import PrinterState
from agent.pipeline import offers
from agent.pipeline.lane import PaperLane
from agent.pipeline.place import Place
from agent.pipeline.recents import Recents
from agent.pipeline.signs import ailing, lamps, trouble
from agent.pipeline.upfront import WaitingPhone
from agent.pipeline.view import AtCounter, mode_of, shown
from agent.screens.ports import View
from agent.screens.snapshot import (
    DeadLetter,
    Figures,
    Lamp,
    Legal,
    Notice,
    Rooms,
    Snapshot,
    Way,
)
from agent.verbs import Choice, Lang, Words
from agent.wire.consent import Channel as Asked


async def _nobody_looks() -> None:
    pass


class Picture:
    """``figures``, ``rooms`` and ``legal`` are put here by whoever knows them."""

    def __init__(
        self,
        place: Place,
        lane: PaperLane,
        printer: Callable[[], PrinterState],
        asks: Callable[[Asked], Words | None],
    ) -> None:
        self._place = place
        self._lane = lane
        self._printer = printer
        self._asks = asks
        self.recents = Recents()
        self.waiting = WaitingPhone()
        self.links: dict[str, bool] = {}
        self.revision = 0
        lane.on_trouble = self._is_other
        self.figures: Figures | None = None
        self.rooms: Rooms | None = None
        self.looked_at = ""
        self.look: Callable[[], Awaitable[None]] = _nobody_looks
        """Have ``rooms`` made anew, and wait for it a moment."""
        self.dead: tuple[DeadLetter, ...] = ()
        self.legal: tuple[Legal, ...] = ()
        self.tongue: Lang = "fr"
        """In which the customer's screen is read while nobody is served."""
        self._today: object = None
        self._printed = 0
        self._digital = 0

    def count(self, now: datetime, *, printed: int = 0, digital: int = 0) -> None:
        """Add to today's figures, which begin again at midnight."""
        today = now.astimezone().date()
        if today != self._today:
            self._today, self._printed, self._digital = today, 0, 0
        self._printed += printed
        self._digital += digital

    def snapshot(self, view: View, at: AtCounter | None, now_s: float) -> Snapshot:
        """For that screen: IT sees no receipt, the customer no other customer's."""
        notice = self._trouble()
        ways = self.ways(at, notice)
        return Snapshot(
            revision=self.revision,
            shop=self._place.shop,
            till=self._place.till,
            channels=tuple(way.channel for way in ways if way.ready),
            shown=(
                shown(at, self._place, now_s, touch=view == "display")
                if at and view != "it"
                else None
            ),
            recent=self.recents.lines if view == "cashier" else (),
            lamps=self._lamps(),
            notice=notice,
            printed_today=self._today_s(view, self._printed),
            digital_today=self._today_s(view, self._digital),
            ways=ways,
            legal=self.legal,
            up_front=(
                self.waiting.shown(now_s) if view == "display" and at is None else None
            ),
            figures=self.figures if view == "cashier" else None,
            rooms=self.rooms if view == "it" else None,
            looked_at=self.looked_at if view == "it" else "",
            dead=self.dead if view in {"cashier", "it"} else (),
            exit_slip=self._place.exit_slip and view == "cashier",
        )

    def _lamps(self) -> tuple[Lamp, ...]:
        printer, stuck = self._printer(), bool(self._lane.stuck)
        own = trouble(printer, stuck=stuck, keeps=True)
        ailments = ailing(
            opens=self._place.keeps, keeps=self._lane.keeps, rules=self._place.rules
        )
        return (*lamps(printer, own, self.links), *ailments)

    def _today_s(self, view: View, count: int) -> int | None:
        """Beside the figures an exact count would give their hidden cells away."""
        alone = view == "cashier" and self.figures is None
        return cell(count) if alone else None

    def channels(self, at: AtCounter | None) -> tuple[Choice, ...]:
        """What may be chosen now."""
        ways = self.ways(at, None)
        return tuple(way.channel for way in ways if way.ready)

    def ways(self, at: AtCounter | None, notice: Notice | None) -> tuple[Way, ...]:
        """Every way that this counter has, and why one is slow or not ready."""
        place, card = self._place, at.card if at else None
        if at is not None and mode_of(at.mentions) != "live":
            return self._ways_of_no_sale(at, notice)
        ways = [self._qr(at)]
        if place.email:
            never = card is not None and card.kept is not None and card.kept.no_email
            late = None if self.is_up("mail") else offers.MAIL_LATER
            why = offers.NO_EMAIL if never else late
            ways.append(Way("email", not never, why, self._asks("email")))
        if place.sms:
            late = None if self.is_up("sms") else offers.MAIL_LATER
            ways.append(Way("sms", says=late, asks=self._asks("sms")))
        if place.account and not (at is not None and at.discreet):
            known = card is not None
            why = None if known else offers.SHOW_CARD
            ways.append(Way("account", known, why, self._asks("account")))
        ways.append(Way("paper", says=self._paper_says(notice)))
        return (*ways, Way("none"))

    def _qr(self, at: AtCounter | None) -> Way:
        """Of a receipt offline: the receipt itself, or nothing at all."""
        kind = at.code.kind if at is not None else "page"
        if kind == "none":
            return Way("qr", ready=False, says=offers.NO_QR)
        fills = (
            kind == "whole" or self.is_up("rcu") or (at is None and self._place.whole)
        )
        return Way("qr", says=None if fills else offers.QR_LATER)

    def _paper_says(self, notice: Notice | None) -> Words | None:
        waits = notice is not None and not self._printer().backup
        return offers.PAPER_WAITS if waits else None

    def _ways_of_no_sale(self, at: AtCounter, notice: Notice | None) -> tuple[Way, ...]:
        """R33: neither a consent is taken nor an account filled."""
        place = self._place
        sent: tuple[tuple[Choice, bool], ...] = (
            ("email", place.email),
            ("sms", place.sms),
            ("account", place.account),
        )
        never = [Way(way, False, offers.NOT_A_SALE) for way, has in sent if has]  # noqa: FBT003 -- not ready
        paper = Way("paper", says=self._paper_says(notice))
        return (self._qr(at), *never, paper, Way("none"))

    def is_up(self, link: str) -> bool:
        """Not known to be away."""
        return self.links.get(link, True)

    def _is_other(self) -> None:
        self.revision += 1

    def _trouble(self) -> Notice | None:
        return trouble(
            self._printer(),
            stuck=bool(self._lane.stuck),
            opens=self._place.keeps,
            keeps=self._lane.keeps,
            rules=self._place.rules,
        )
