"""The tables, as numbered migrations: forward only, each in one transaction.

What can never change in a file once written (page size, auto_vacuum,
application id) is set in ``agent.store.opening``.  Clear columns hold keys,
times, sizes and states; everything that a customer or a till said is sealed
(BLOB columns named ``raw``, ``body``, ``strip``, ``token``, ``recipient``,
``detail``, ``problem``, ``memory``, ``gist``, ``session``, ``decision``).  The address that a till of the shop
prints from (``source``) is nobody's personal data.

Money for the flash: a row and one index page per accepted job.  Hence no index
where a scan at start-up will do.
"""

from __future__ import annotations

from typing import Final

from agent.store import (
    card_holders,
    closings,
    consents,
    data_keys,
    decisions,
    devices,
    displayed,
    feed,
    handovers,
    immutable,
    parcels,
    people,
    preferences,
    shut_out,
)

APPLICATION_ID: Final = int.from_bytes(b"RCPT", "big")

_FIRST: Final = (
    "CREATE TABLE meta(k TEXT PRIMARY KEY, v INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    # high_seq outlives deleted entries, so that no number is given twice.
    "INSERT INTO meta VALUES ('boot', 0), ('high_seq', 0)",
    """CREATE TABLE job(
      n          INTEGER PRIMARY KEY,
      id         BLOB NOT NULL UNIQUE CHECK(length(id) = 16),
      door       TEXT NOT NULL,
      at_ms      INTEGER NOT NULL,
      boot       INTEGER NOT NULL,
      mono_ms    INTEGER NOT NULL,
      evidence   TEXT NOT NULL,
      shape      TEXT NOT NULL,
      follows    BLOB,
      forwarded  TEXT NOT NULL,
      state      TEXT NOT NULL CHECK(state IN
        ('accepted', 'held', 'paper_due', 'printed', 'no_paper')),
      rule       TEXT NOT NULL,
      settled_ms INTEGER,
      raw        BLOB
    ) STRICT""",
    "CREATE INDEX job_follows ON job(follows) WHERE follows IS NOT NULL",
    """CREATE TABLE piece(
      n      INTEGER PRIMARY KEY,
      job    BLOB NOT NULL CHECK(length(job) = 16),
      number INTEGER NOT NULL,
      door   TEXT NOT NULL,
      at_ms  INTEGER NOT NULL,
      raw    BLOB NOT NULL,
      UNIQUE(job, number)
    ) STRICT""",
    """CREATE TABLE event(
      seq       INTEGER PRIMARY KEY,
      id        BLOB NOT NULL UNIQUE CHECK(length(id) = 16),
      type      TEXT NOT NULL,
      at_ms     INTEGER NOT NULL,
      boot      INTEGER NOT NULL,
      mono_ms   INTEGER NOT NULL,
      receipt   BLOB,
      plain_len INTEGER NOT NULL,
      body      BLOB
    ) STRICT""",
    """CREATE VIEW log_height(seq) AS
      SELECT max((SELECT v FROM meta WHERE k = 'high_seq'),
                 coalesce((SELECT max(seq) FROM event), 0))""",
    """CREATE TRIGGER event_is_immutable BEFORE UPDATE ON event
      WHEN NEW.body IS NOT NULL OR NEW.seq <> OLD.seq OR NEW.id <> OLD.id
        OR NEW.type <> OLD.type OR NEW.at_ms <> OLD.at_ms
        OR NEW.receipt IS NOT OLD.receipt
      BEGIN SELECT RAISE(ABORT, 'the event log is immutable'); END""",
    """CREATE TABLE receipt(
      n            INTEGER PRIMARY KEY,
      id           BLOB NOT NULL UNIQUE CHECK(length(id) = 16),
      job          BLOB NOT NULL,
      at_ms        INTEGER NOT NULL,
      rule         TEXT NOT NULL,
      on_silence   TEXT NOT NULL,
      choice       TEXT,
      decided_ms   INTEGER,
      paper_copies INTEGER NOT NULL,
      handed_over  INTEGER NOT NULL,
      token        BLOB,
      body         BLOB,
      strip        BLOB
    ) STRICT""",
    "CREATE INDEX receipt_open ON receipt(n) WHERE choice IS NULL",
    """CREATE TABLE parcel(
      channel   TEXT NOT NULL,
      receipt   BLOB NOT NULL,
      recipient BLOB,
      lang      TEXT NOT NULL,
      attempts  INTEGER NOT NULL,
      next_ms   INTEGER NOT NULL,
      state     TEXT NOT NULL CHECK(state IN ('due', 'done', 'dead')),
      detail    BLOB NOT NULL,
      PRIMARY KEY(channel, receipt)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX parcel_due ON parcel(channel, next_ms) WHERE state = 'due'",
    """CREATE TABLE cursor(
      dest  TEXT PRIMARY KEY,
      acked INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE aside(
      dest    TEXT NOT NULL,
      seq     INTEGER NOT NULL,
      at_ms   INTEGER NOT NULL,
      problem BLOB NOT NULL,
      PRIMARY KEY(dest, seq)
    ) STRICT, WITHOUT ROWID""",
)

_SECOND: Final = (
    # What a printer remembers from one job to the next: logos, macros.
    """CREATE TABLE printer_memory(
      printer    TEXT PRIMARY KEY,
      memory     BLOB NOT NULL,
      updated_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

_THIRD: Final = (
    # Jobs that the above has still to be learned from, by their place in job.
    """CREATE TABLE lesson(
      n INTEGER PRIMARY KEY REFERENCES job(n) ON DELETE CASCADE
    ) STRICT""",
)

_FOURTH: Final = (
    # Where a job stood in its line's stream: what was split wrongly can be joined.
    "ALTER TABLE job ADD COLUMN line BLOB CHECK(line IS NULL OR length(line) = 16)",
    "ALTER TABLE job ADD COLUMN start INTEGER NOT NULL DEFAULT 0",
    # What the cashier's list says of a receipt, without reading all of it.
    "ALTER TABLE receipt ADD COLUMN gist BLOB",
)

_FIFTH: Final = (
    # That the POS at a door gave up what it had sent, behind the job ``after``.
    """CREATE TABLE gave_up(
      n     INTEGER PRIMARY KEY,
      door  TEXT NOT NULL,
      after INTEGER NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT""",
)

_SIXTH: Final = (
    # What of a job is to reach the printer though its paper waits or never comes.
    """CREATE TABLE passing(
      n   INTEGER PRIMARY KEY REFERENCES job(n) ON DELETE CASCADE,
      raw BLOB NOT NULL
    ) STRICT""",
)

_SEVENTH: Final = (
    # What tells printed sales apart, as digests (agent.wire.sameness), in order.
    """CREATE TABLE sale(
      receipt BLOB PRIMARY KEY CHECK(length(receipt) = 16),
      at_ms   INTEGER NOT NULL,
      number  BLOB NOT NULL,
      total   BLOB NOT NULL,
      paper   BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # Jobs that are papers of a sale: its reprints, its card slips.
    """CREATE TABLE paper_of(
      job     BLOB PRIMARY KEY CHECK(length(job) = 16),
      at_ms   INTEGER NOT NULL,
      receipt BLOB NOT NULL CHECK(length(receipt) = 16),
      part    TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

_EIGHTH: Final = (
    # Which POS at a door: what one gives up, another has not.
    "ALTER TABLE job ADD COLUMN source TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE gave_up ADD COLUMN source TEXT NOT NULL DEFAULT ''",
)

_NINTH: Final = (devices.TABLE,)

_TENTH: Final = (*handovers.MIGRATION, preferences.TABLE)

_ELEVENTH: Final = decisions.MIGRATION

_TWELFTH: Final = consents.MIGRATION

_THIRTEENTH: Final = (feed.TABLE,)

_FOURTEENTH: Final = (displayed.TABLE,)

_FIFTEENTH: Final = parcels.MIGRATION

_SIXTEENTH: Final = (*data_keys.MIGRATION, *immutable.MIGRATION)

_SEVENTEENTH: Final = people.MIGRATION

_EIGHTEENTH: Final = shut_out.MIGRATION

_NINETEENTH: Final = (*card_holders.MIGRATION, *closings.MIGRATION)

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    _FIRST,
    _SECOND,
    _THIRD,
    _FOURTH,
    _FIFTH,
    _SIXTH,
    _SEVENTH,
    _EIGHTH,
    _NINTH,
    _TENTH,
    _ELEVENTH,
    _TWELFTH,
    _THIRTEENTH,
    _FOURTEENTH,
    _FIFTEENTH,
    _SIXTEENTH,
    _SEVENTEENTH,
    _EIGHTEENTH,
    _NINETEENTH,
)
"""``MIGRATIONS[n]`` takes a file from ``user_version`` n to n + 1."""
