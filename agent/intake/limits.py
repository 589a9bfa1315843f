"""How much the doors take, each bound with its reason.

At a bound we do what a printer with a full buffer does: stop reading, so that the POS
waits.  Where waiting would never end (jobs that are too long to be held together) a
job is printed without being understood.
"""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

# Lines.
BACKLOG: Final = 512
"""Connections that wait in the kernel while we start, are busy, or hang: the watchdog takes
20 s, and a POS whose connection finds no room gives up in the end."""
FULL_WAITS_S: Final = 5.0
"""Without a line that ends, before a full door hangs up: who waits behind a hang of ours
is served in that time, and a POS gives up after 10 s and more."""
FULL_LOOK_S: Final = 0.02
"""Between looks for a place: less than a receipt takes to be durable."""
FULL_LETS_GO_TURNS: Final = 8
"""Of the event loop, in which a silent line that makes way is let go of."""
READ_BYTES: Final = 64 << 10
"""What one read may bring; the conversation cuts it into smaller slices.  A receipt with
its logo, so that cut-through does not wait for the reading of its first half."""
SLICE_BYTES: Final = 1 << 10
"""Of a read, before others have their turn: text and pictures of that size are read in
less than a millisecond."""
SLICE_LEADS: Final = 12
"""Commands in a slice: where each of them ends a job, half a millisecond in all."""
PIECE_BYTES: Final = 16 << 10
"""Of what is unfinished: shorter pieces are joined as they come, since four thousand of
them take milliseconds too."""
AHEAD_BYTES: Final = 64 << 10
"""Printed before what came earlier is read; then the reading catches up."""
MAX_UNREAD_ANSWER_BYTES: Final = 16 << 10
"""A POS that does not read a thousand answers reads none: it is hung up on."""
MAX_PENDING_JOBS: Final = 8
"""Jobs of one POS on their way to the disk; then it waits, and so do its questions."""
PROBE_BYTES: Final = 16
"""Less is a question or a pulse, for which nobody else's drawer has to wait."""
RAW_JOB_BYTES: Final = 4 << 20
"""Of a line that cannot be read, as in the splitter: a job that long is no receipt, and
memory has an end."""
RAW_PATIENCE_S: Final = 2.0
"""A silence that ends a job of such a line."""
FIRST_LINE_BYTES: Final = 8 << 10
"""Of a request of the web, whose first line is looked for before anything is printed; no
receipt begins like one and goes on for so long without a space."""
FIRST_LINE_S: Final = 0.5
"""For the rest of what may be one, when it begins like one; a browser sends it at once."""
ASIDE_BYTES: Final = 256
"""Of a command that is said twice for the sake of a drawer; what is longer is a picture,
or defines what is kept for years."""
ASIDE_DEFINED_BYTES: Final = 16 << 10
"""The same of what a printer keeps only until it is switched off: the longest symbol has
7 KB of data, a set of characters 4 KB."""
ASIDE_ROW_BYTES: Final = 4 << 10
"""Of a Star's row that is left white: a band of 24 dots over the widest paper is 2.5 KB."""
LATE_HEAD_BYTES: Final = 256
"""Of a command that stalled, in which it says how long it is; one that only its end tells
is shorter."""
LATE_WORDS_BYTES: Final = 64
"""Behind a command that stalled: so much tells a new job from the rest of a picture."""
LATE_WORDS_S: Final = 0.5
"""For so many bytes to come: a picture that goes on does so faster on any line."""
LATE_LETTERS: Final = 0.75
"""Of those, in a new job: chance makes four letters of ten bytes of dots."""
LATE_DIFFERENT: Final = 6
"""Bytes of a new job: a grey is letters too, but two or four of them again and again."""
LATE_ONE_IN: Final = 8
"""Bytes of a new job is another one: the head of a picture has six, and a grey behind it."""
AGAIN_S: Final = 1.0
"""Between two looks for a device that is not there, at the name of a FIFO, and at a machine
that has no socket left."""
BUSY_AFTER_S: Final = 0.02
"""A serial line that is not read for so long: DTR drops.  At 115200 baud 230 bytes come
meanwhile, the kernel's buffer has 4096."""

# The spool, a start and a stop.
MAX_SPOOLED_BYTES: Final = 1 << 20
"""Of a line that never rests: then what is safe is taken out of its file."""
MAX_IDLE_FILES: Final = 8
"""Of the spool, kept open for the next line; a till has two or three."""
MAX_LEFT_BYTES: Final = 64 << 20
"""Held at a time of what an earlier process left: twice what lines may hold together."""
SALVAGE_S: Final = 2.0
"""For what an earlier process left to be taken up; then the doors open all the same: a
till that cannot print is worse than jobs out of order."""
LAST_TURNS: Final = 8
"""Turns of the loop at a stop, for those that the kernel has handed over already: to be
met, to be heard."""
STOP_S: Final = 3.0
"""For the last jobs to become durable, well inside systemd's TimeoutStopSec."""

# A watched folder.
LOOK_S: Final = 0.2
"""Between two looks into a folder: a few names are read in 50 us; inotify would need a
library."""
LOOKS_AT_MOST: Final = 4
"""The pause is so many times as long as the look: a folder of a hundred thousand names
takes half a second."""
MAX_FILES: Final = 1000
"""Of a folder in one round, the oldest; of the others only name, age and size are seen."""

MAX_PUT_AWAY_FILES: Final = 1000
"""In ``done`` and in ``refused``, the newest: a till prints as many in some days, and who
looks for one looks within those.  Their jobs are in the store."""
MAX_PUT_AWAY_BYTES: Final = 64 << 20
"""Of each of the two: sixteen of the longest jobs, or a thousand of 64 KB."""

# HTTP.
HTTP_CONNECTIONS: Final = 32
"""Sockets with TLS, and without.  A browser opens six; a shop's back office prints from
a few more."""
HTTP_WELL_CONNECTIONS: Final = HTTP_CONNECTIONS // 2
"""A door that was full is well again at these: no log line for each that comes and goes."""
HTTP_SILENT_S: Final = 10.0
"""For the first request of a connection."""
HTTP_KEPT_S: Final = 30
"""For the next one; a browser keeps its connection for the next customer."""
HTTP_HANDSHAKE_S: Final = 5.0
"""For TLS to begin, and to end; over a shop's network it takes milliseconds."""
HTTP_LETS_GO_TURNS: Final = 8
"""Of the event loop, in which a connection that is hung up on lets go of its socket."""
HTTP_LOOK_S: Final = 1.0
"""Between looks at a full door, and at a machine that has no socket left."""
HTTP_STOP_S: Final = 3
"""For requests in hand at a stop; whole seconds, well inside systemd's TimeoutStopSec."""
MAX_BODY_BYTES: Final = 4 << 20
"""As a job of the other doors: seven metres of paper as one picture."""
MAX_HELD_BYTES: Final = 16 << 20
"""Of all bodies of a door: four of the longest, or eighty of Odoo's."""
MAX_THROWN_AWAY_BYTES: Final = 16 << 20
"""Read of a body that is too long, so that its POS sees our answer; then the line is cut."""
BODY_S: Final = 15.0
"""Four megabytes in that time is a slow wireless LAN; Odoo gives up then."""
MAX_READING: Final = 2
"""Documents of a door in the worker's line at a time: receipts that are to be understood
stand in the same line."""
TURN_S: Final = 3.0
"""For a place among those.  With the worker's deadline well below the 15 s after which
Odoo gives up: a POS shall hear that nothing was printed."""
MAX_JOBS_REMEMBERED: Final = 64
"""Names of jobs that a POS may ask about again; it asks within seconds."""
MAX_TOKEN_BYTES: Final = 4096
"""More is the wrong file."""
MIN_TOKEN_CHARACTERS: Final = 16
"""Shorter ones can be guessed over a LAN."""


class LimitSettings(BaseModel):
    """``[limits]``: what all doors may take together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connections: int = Field(default=128, ge=1, le=1024)
    """At one door.  A till talks on two or three; the rest is room for a noisy scan, and for
    those that waited while we hung.  More wait in the kernel."""
    all_connections: int = Field(default=192, ge=1, le=2048)
    """At all doors: a file descriptor and 20 KB each, in a unit of a few hundred files."""
    held_mb: int = Field(default=32, ge=8, le=512)
    """All unfinished jobs: eight of the longest, in a quarter of the unit's memory."""
    crowded_job_kb: int = Field(default=256, ge=16, le=4096)
    """Above ``held_mb`` a job longer than that is printed instead of being held."""

    @property
    def held_bytes(self) -> int:
        return self.held_mb << 20

    @property
    def crowded_job_bytes(self) -> int:
        return self.crowded_job_kb << 10
