"""The tables, as numbered migrations: append, never edit one that has shipped.

Every key starts with the till (``edge``), so that the same tables can be
distributed later.  Times are Unix milliseconds.  A page token is nowhere: only
its SHA-256, and events are kept with the token replaced by it.
"""

from __future__ import annotations

from rcu.store.db import Profile

LEDGER_APPLICATION_ID = 0x52435531  # "RCU1"
KEYRING_APPLICATION_ID = 0x5243554B  # "RCUK"

_FIRST_LEDGER = """
CREATE TABLE event (            -- what the tills said, in their own numbering
  edge           TEXT    NOT NULL,
  id             TEXT    NOT NULL,
  sequence       INTEGER NOT NULL,
  type           TEXT    NOT NULL,
  receipt_id     TEXT,
  time_ms        INTEGER NOT NULL,
  received_ms    INTEGER NOT NULL,
  content_sha256 BLOB    NOT NULL,
  body           BLOB,          -- NULL once retention is over; the row stays
  PRIMARY KEY (edge, id)
) STRICT;
CREATE UNIQUE INDEX event_by_sequence ON event (edge, sequence);
CREATE INDEX event_by_receipt ON event (edge, receipt_id);
CREATE INDEX event_by_age ON event (received_ms) WHERE body IS NOT NULL;

CREATE TABLE refusal (          -- refused for good; counts as seen, not as held
  edge           TEXT    NOT NULL,
  id             TEXT    NOT NULL,
  content_sha256 BLOB    NOT NULL,
  sequence       INTEGER,
  status         TEXT    NOT NULL CHECK (status IN ('rejected', 'conflict')),
  problem        TEXT    NOT NULL,
  body           BLOB,          -- of a conflict only: it may be a fraud
  received_ms    INTEGER NOT NULL,
  PRIMARY KEY (edge, id, content_sha256)
) STRICT;
CREATE INDEX refusal_by_sequence ON refusal (edge, sequence);
CREATE INDEX refusal_by_age ON refusal (received_ms) WHERE body IS NOT NULL;

CREATE TABLE height (           -- how far a till's log is known without a hole
  edge           TEXT    NOT NULL PRIMARY KEY,
  contiguous     INTEGER NOT NULL
) STRICT;

CREATE TABLE answered (         -- Idempotency-Key: the stored answer
  edge           TEXT    NOT NULL,
  key            TEXT    NOT NULL,
  fingerprint    BLOB    NOT NULL,
  answer         BLOB    NOT NULL,
  answered_ms    INTEGER NOT NULL,
  PRIMARY KEY (edge, key)
) STRICT;
CREATE INDEX answered_by_age ON answered (answered_ms);

CREATE TABLE receipt (
  edge           TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  event_id       TEXT    NOT NULL,
  kind           TEXT    NOT NULL,
  total          INTEGER,
  currency       TEXT    NOT NULL,
  issued_ms      INTEGER NOT NULL,
  received_ms    INTEGER NOT NULL,
  body           BLOB    NOT NULL,   -- receipt/1
  PRIMARY KEY (edge, receipt_id)
) STRICT;
CREATE INDEX receipt_by_age ON receipt (received_ms);

CREATE TABLE page (             -- what a capability opens
  token_sha256   TEXT    NOT NULL PRIMARY KEY,
  edge           TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  received_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX page_by_age ON page (received_ms);

CREATE TABLE closed_page (      -- so that an old QR is answered with the truth
  token_sha256   TEXT    NOT NULL PRIMARY KEY,
  closed_ms      INTEGER NOT NULL
) STRICT;

CREATE TABLE identifier (
  edge           TEXT    NOT NULL,
  event_id       TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  kind           TEXT    NOT NULL,
  value          TEXT    NOT NULL,
  provenance     TEXT    NOT NULL,
  time_ms        INTEGER NOT NULL,
  PRIMARY KEY (edge, event_id)
) STRICT;
CREATE INDEX identifier_by_receipt ON identifier (edge, receipt_id);
CREATE INDEX identifier_by_value ON identifier (kind, value);
CREATE INDEX identifier_by_age ON identifier (time_ms);

CREATE TABLE choice (
  edge           TEXT    NOT NULL,
  event_id       TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  choice         TEXT    NOT NULL,
  decided_by     TEXT    NOT NULL,
  rule           TEXT    NOT NULL,
  time_ms        INTEGER NOT NULL,
  PRIMARY KEY (edge, event_id)
) STRICT;
CREATE INDEX choice_by_receipt ON choice (edge, receipt_id);

CREATE TABLE consent (          -- append-only: a withdrawal is another row
  edge           TEXT    NOT NULL,
  event_id       TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  purpose        TEXT    NOT NULL,
  channel        TEXT    NOT NULL,
  decision       TEXT    NOT NULL,
  method         TEXT    NOT NULL,
  notice         TEXT    NOT NULL,
  time_ms        INTEGER NOT NULL,
  PRIMARY KEY (edge, event_id)
) STRICT;
CREATE INDEX consent_by_receipt ON consent (edge, receipt_id);

CREATE TABLE delivery (
  edge           TEXT    NOT NULL,
  event_id       TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  channel        TEXT    NOT NULL,
  state          TEXT    NOT NULL,
  detail         TEXT    NOT NULL,
  copy_number    INTEGER NOT NULL,
  time_ms        INTEGER NOT NULL,
  PRIMARY KEY (edge, event_id)
) STRICT;
CREATE INDEX delivery_by_receipt ON delivery (edge, receipt_id);
"""

_FIRST_KEYRING = """
CREATE TABLE edge_key (         -- one valid key a till; its secret only as a hash
  edge           TEXT    NOT NULL PRIMARY KEY,
  key_id         TEXT    NOT NULL UNIQUE,
  secret_sha256  BLOB    NOT NULL,
  enrolled_ms    INTEGER NOT NULL
) STRICT;
"""

LEDGER = Profile(LEDGER_APPLICATION_ID, "WAL", 2, (_FIRST_LEDGER,))
KEYRING = Profile(KEYRING_APPLICATION_ID, "DELETE", 3, (_FIRST_KEYRING,))
