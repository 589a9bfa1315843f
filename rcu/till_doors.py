"""What only tills come to: events, the feed, enrolment.  Pure wiring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.routing import BaseRoute, Route

from agent.wire import enrolment
from rcu import signing
from rcu.admission import Admission
from rcu.bells import Bells
from rcu.config import Settings
from rcu.enrolment import Enrolment
from rcu.feed import Feed, Post
from rcu.ingest import Gate, Ingest
from rcu.sealing import Sealing
from rcu.seams import Clock, SystemEntropy
from rcu.store.feed import Feeds
from rcu.store.keyring import Keyring
from rcu.store.ledger import Ledger
from rcu.store.orders import Orders
from rcu.store.tills import Tills
from rcu.turns import Turns

ROOMS: Final = 2
"""Of the server's connections a half may be questions that wait."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """The part of the store that the tills' doors need."""

    keyring: Keyring
    tills: Tills
    ledger: Ledger
    feeds: Feeds
    orders: Orders


def routes(
    shelves: Shelves, settings: Settings, bells: Bells, clock: Clock
) -> list[BaseRoute]:
    """Blocking: reads the RCU's key, or makes it.

    Raises:
        ConfigError: the key cannot be used.
    """
    key = signing.load(settings.store.directory)
    keyring, tills, ledger = shelves.keyring, shelves.tills, shelves.ledger
    admission = Admission(keyring, tills, clock, settings.tills)
    turns = Turns(ledger, Bells(clock))
    patience_s = settings.server.body_timeout_s
    ingest = Ingest(Gate(admission, tills, ledger, turns, clock, patience_s, bells))
    rooms = settings.server.max_connections // ROOMS
    post = Post(shelves.feeds, shelves.orders, key, Sealing(key, SystemEntropy().draw))
    feed = Feed(admission, post, bells, clock, rooms)
    door = Enrolment(keyring, tills, ledger, key, clock, SystemEntropy())
    said = signing.Voice(key, clock).speaking
    return [
        Route("/v1/events", said(ingest.post), methods=["POST"]),
        Route("/v1/edges/{edge}/feed", said(feed.get)),
        Route(enrolment.PATH, door.post, methods=["POST"]),
    ]
