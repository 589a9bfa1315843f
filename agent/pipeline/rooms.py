"""The rooms that the corridor leads to, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from agent.bus import Bus
from agent.events import Event
from agent.pipeline.codes import Codes
from agent.pipeline.counter import Counter
from agent.pipeline.entries import Scribe
from agent.pipeline.hatch import Hatch
from agent.pipeline.lane import PaperLane
from agent.pipeline.law import Law
from agent.pipeline.reading import Reading
from agent.pipeline.recollection import Recollection
from agent.pipeline.resends import Resends
from agent.pipeline.shelf import Shelf
from agent.pipeline.whereabouts import Whereabouts
from agent.pipeline.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the corridor leads to."""

    shelf: Shelf
    counter: Counter
    lane: PaperLane
    workshop: Workshop
    scribe: Scribe
    bus: Bus[Event]
    hatch: Hatch
    reading: Reading
    whereabouts: Whereabouts
    recollection: Recollection
    resends: Resends
    law: Law
    codes: Codes
