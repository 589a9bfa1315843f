"""The fleet's parts, put together.  Pure wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.routing import BaseRoute, Route

from agent.wire.heartbeat import PATH
from rcu import signing
from rcu.admission import Admission
from rcu.bells import Bells
from rcu.config import Settings
from rcu.fleet.gate import Gate
from rcu.fleet.heartbeats import Heartbeats
from rcu.fleet.pages import FleetPages, Shelf
from rcu.fleet.rollout import Books, Roller
from rcu.seams import Clock, SystemEntropy
from rcu.signing import RcuKey
from rcu.store.fleet import Fleet
from rcu.store.keyring import Keyring
from rcu.store.operators import Operators
from rcu.store.orders import Orders
from rcu.store.rollouts import Rollouts
from rcu.store.tills import Tills


class Runs(Protocol):
    """Something that runs beside the server."""

    async def run(self) -> None: ...


@dataclass(frozen=True, slots=True)
class FleetStore:
    """The fleet's own file, by what is done with it."""

    fleet: Fleet
    rollouts: Rollouts
    operators: Operators


@dataclass(frozen=True, slots=True)
class Shelves:
    """The part of the store that the fleet needs."""

    own: FleetStore
    keyring: Keyring
    tills: Tills
    orders: Orders


@dataclass(frozen=True, slots=True)
class Desk:
    """What it adds to the server."""

    routes: Sequence[BaseRoute]
    services: Sequence[Runs]


def desk(
    shelves: Shelves,
    settings: Settings,
    key: RcuKey,
    close: Callable[[str, Mapping[str, Any]], bytes],
    bells: Bells,
    clock: Clock,
) -> Desk:
    """``close``: an order's data, as they are kept."""
    own, tills, orders = shelves.own, shelves.tills, shelves.orders
    admission = Admission(shelves.keyring, tills, clock, settings.tills)
    beats = Heartbeats(admission, own.fleet, clock)
    roller = Roller(Books(own.rollouts, own.fleet, orders, tills, close), bells, clock)
    gate = Gate(own.operators, settings.fleet, clock, SystemEntropy())
    shelf = Shelf(
        own.fleet,
        own.rollouts,
        orders,
        tills,
        settings.store.directory,
        beats.write,
    )
    said = signing.Voice(key, clock).speaking
    routes = [
        Route(PATH, said(beats.post), methods=["POST"]),
        *FleetPages(shelf, gate, clock).routes,
    ]
    return Desk(routes, (beats, roller))
