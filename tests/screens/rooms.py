"""What the IT screen may have to show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from agent.pipeline import rooms_said
from agent.pipeline.inspection import CHANNELS
from agent.pipeline.rooms_said import FeedState
from agent.screens.snapshot import Fact, Fault, Room, Rooms
from agent.verbs import Words

NOW = dt.datetime(2026, 11, 21, 18, 42, tzinfo=dt.UTC)
NOW_MS = int(NOW.timestamp() * 1000)

ROOMS = Rooms(
    doors=(
        rooms_said.door("tcp", "0.0.0.0:9100", opened=True),
        rooms_said.door("http", "127.0.0.1:8008", opened=True),
    ),
    printer=Room(
        Words("Imprimante", "Printer"),
        "needs",
        Words("Plus de papier", "Out of paper"),
        "tcp://192.168.1.50:9100",
    ),
    store=Room(
        Words("Base de la caisse", "The till’s database"),
        "ok",
        rooms_said.size(Words("En ordre", "Fine"), 14),
    ),
    outbox=(rooms_said.queue(CHANNELS["email"], 3, NOW_MS - 240_000, NOW_MS),),
    sync=rooms_said.queue(
        Words("Envoi au service central", "Upload to the central service"),
        0,
        None,
        NOW_MS,
    ),
    feed=rooms_said.feed(FeedState(NOW - dt.timedelta(minutes=2), 1), NOW),
    certificates=(
        rooms_said.certificate(
            "screens", Path("screens.crt"), lambda _: NOW + dt.timedelta(days=20), NOW
        ),
    ),
    disk=rooms_said.disk(41_000),
    versions=(
        Fact("receipt-agent", "0.1.0"),
        Fact("Python", "3.11.7"),
        Fact("SQLite", "3.46.1"),
    ),
    faults=(
        Fault("18:12:04", "delivery.printer", "the printer is out of paper"),
        Fault("17:58:40", "delivery.email", "the relay refused: 451 try again later"),
    ),
)
