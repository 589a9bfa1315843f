"""What draws the customer's QR, put together from the configuration.  Pure wiring."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from agent import consent_ledger
from agent.clock import Clock
from agent.config import Config
from agent.errors import ConfigError
from agent.pipeline import whole
from agent.pipeline.codes import Codes
from agent.pipeline.place import Place
from agent.pipeline.whole import Whole
from agent.pipeline.workshop import Workshop
from agent.supervisor import Service
from agent.sync.downlink import Downlink

log = logging.getLogger(__name__)


def codes(
    config: Config,
    place: Place,
    workshop: Workshop,
    clock: Clock,
    rcu_up: Callable[[], bool],
) -> Codes:
    """``rcu_up``: it is not known to be away; without an RCU no page is ever filled."""

    def online() -> bool:
        return config.sync.enabled and rcu_up()

    made = _whole(config, workshop, clock)
    # The RCU serves that page; elsewhere somebody has named it, or wants no other.
    named = bool(config.qr.page) or config.qr.mode == "offline"
    published = config.sync.enabled or named
    return Codes(place, workshop, made, online, config.qr.mode, published=published)


def reached(links: Sequence[Service], *, rcu_up: bool) -> bool:
    """Nobody knows the RCU to be away: neither what sends nor what always asks.

    The feed's question is answered or broken within half a minute; what sends finds out
    with the next sale only.
    """
    feeds = [each.state() for each in links if isinstance(each, Downlink)]
    # One that answers with a status is there, if it has no feed for this till.
    gone = [s for s in feeds if s.up is False and not s.problem.startswith("status")]
    return rcu_up and not gone


def _whole(config: Config, workshop: Workshop, clock: Clock) -> Whole | None:
    """Receipts in a QR; without the store's own dictionary they are only larger."""
    if config.qr.mode == "online":
        return None
    prefix = f"{config.qr.page or config.till.tickets_url + '/r'}#"
    listed = config.qr.listed
    try:
        head = whole.head(prefix, config.qr.dictionary, listed=listed)
    except ConfigError as error:
        log.critical("the general dictionary is used: %s", error)
        head = whole.head(prefix, listed=listed)
    ring = consent_ledger.ring_of(config)
    return Whole(head, config.qr.screen_px, workshop, ring, clock)
