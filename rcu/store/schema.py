"""The tables, as numbered migrations: append, never edit one that has shipped.

Every key starts with the till (``edge``), so that the same tables can be
distributed later.  Times are Unix milliseconds.  A page token is nowhere: only
its SHA-256, and events are kept with the token replaced by it.
"""

from __future__ import annotations

from rcu.store import erasures, orders, standing, tills
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

_SECOND_LEDGER = """
CREATE TABLE attached (         -- a slip's receipt, and the one of its sale
  edge           TEXT    NOT NULL,
  event_id       TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  sale_id        TEXT    NOT NULL,
  time_ms        INTEGER NOT NULL,
  PRIMARY KEY (edge, event_id)
) STRICT;
CREATE INDEX attached_by_receipt ON attached (edge, receipt_id);
CREATE INDEX attached_by_sale ON attached (edge, sale_id);

CREATE TABLE voided (           -- a sale, and what annuls it
  edge           TEXT    NOT NULL,
  event_id       TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  by_receipt     TEXT,
  number         TEXT,
  time_ms        INTEGER NOT NULL,
  PRIMARY KEY (edge, event_id)
) STRICT;
CREATE INDEX voided_by_receipt ON voided (edge, receipt_id);

-- What newer tills said before this version knew how to read it.
UPDATE event SET receipt_id = json_extract(CAST(body AS TEXT), '$.data.receipt_id')
 WHERE type IN ('receipt.attached.v1', 'receipt.voided.v1') AND body IS NOT NULL;
INSERT OR IGNORE INTO attached
 SELECT edge, id, receipt_id, json_extract(CAST(body AS TEXT), '$.data.to'), time_ms
 FROM event WHERE type = 'receipt.attached.v1' AND body IS NOT NULL;
INSERT OR IGNORE INTO voided
 SELECT edge, id, receipt_id, json_extract(CAST(body AS TEXT), '$.data.by'),
  json_extract(CAST(body AS TEXT), '$.data.number'), time_ms
 FROM event WHERE type = 'receipt.voided.v1' AND body IS NOT NULL;
"""

_THIRD_LEDGER = """
ALTER TABLE consent ADD COLUMN record TEXT NOT NULL DEFAULT '';
ALTER TABLE consent ADD COLUMN subject TEXT NOT NULL DEFAULT '';
CREATE INDEX consent_by_subject ON consent (subject) WHERE subject <> '';

ALTER TABLE identifier ADD COLUMN unlinked_ms INTEGER;

CREATE TABLE not_me (           -- whom a mail reached says: this is not mine
  edge           TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  told_ms        INTEGER NOT NULL,
  PRIMARY KEY (edge, receipt_id)
) STRICT;
"""

_FOURTH_LEDGER = """
CREATE TABLE sms_report (       -- what a carrier says of a message of its own number
  carrier        TEXT    NOT NULL,
  reference      TEXT    NOT NULL,
  state          TEXT    NOT NULL CHECK (state IN ('under_way', 'arrived', 'failed')),
  rank           INTEGER NOT NULL,
  code           TEXT    NOT NULL,
  told_ms        INTEGER NOT NULL,
  PRIMARY KEY (carrier, reference)
) STRICT;
CREATE INDEX sms_report_by_age ON sms_report (told_ms);
CREATE INDEX delivery_by_reference ON delivery (detail) WHERE channel = 'sms';
"""

_FIFTH_LEDGER = """
CREATE TABLE invited (          -- what the till lets a customer's phone ask for
  edge           TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  sequence       INTEGER NOT NULL,
  body           BLOB    NOT NULL,   -- phone.invited.v1 without its code
  PRIMARY KEY (edge, receipt_id)
) STRICT;

CREATE TABLE code (             -- what finds a typed code; the token sealed by it
  finder         TEXT    NOT NULL PRIMARY KEY,
  edge           TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  token          TEXT    NOT NULL,
  until_ms       INTEGER NOT NULL
) STRICT;
CREATE INDEX code_by_age ON code (until_ms);

CREATE TABLE wish (             -- what a phone asked for, as its page shows it
  edge           TEXT    NOT NULL,
  wish           TEXT    NOT NULL,
  receipt_id     TEXT    NOT NULL,
  choice         TEXT    NOT NULL,
  mask           TEXT    NOT NULL,
  asked_ms       INTEGER NOT NULL,
  expires_ms     INTEGER NOT NULL,
  status         TEXT    NOT NULL CHECK (status IN ('waiting', 'taken', 'refused')),
  why            TEXT    NOT NULL,
  PRIMARY KEY (edge, wish)
) STRICT;
CREATE INDEX wish_by_receipt ON wish (edge, receipt_id);

CREATE TABLE feed (             -- on its way down, until the till's cursor passes it
  edge           TEXT    NOT NULL,
  seq            INTEGER NOT NULL,
  id             TEXT    NOT NULL,
  type           TEXT    NOT NULL,
  time_ms        INTEGER NOT NULL,
  expires_ms     INTEGER NOT NULL,
  data           BLOB    NOT NULL,
  PRIMARY KEY (edge, seq)
) STRICT;
CREATE INDEX feed_by_age ON feed (expires_ms);

CREATE TABLE feed_height (      -- how far a till's feed has been written
  edge           TEXT    NOT NULL PRIMARY KEY,
  seq            INTEGER NOT NULL
) STRICT;
"""

_SIXTH_LEDGER = """
CREATE TABLE mail_report (      -- what became of a mail after a relay took it
  receipt_id     TEXT    NOT NULL,
  number         INTEGER NOT NULL,
  state          TEXT    NOT NULL CHECK (state IN ('bounced', 'delayed', 'unwanted')),
  status         TEXT    NOT NULL,
  hard           INTEGER NOT NULL,
  told_ms        INTEGER NOT NULL,
  edge           TEXT,          -- the till that sent it, once it is known
  PRIMARY KEY (receipt_id, number, state)
) STRICT;
CREATE INDEX mail_report_by_age ON mail_report (told_ms);
CREATE INDEX mail_report_untold ON mail_report (told_ms) WHERE edge IS NULL;
CREATE INDEX receipt_by_id ON receipt (receipt_id);
"""

_SEVENTH_LEDGER = """
ALTER TABLE identifier ADD COLUMN key TEXT NOT NULL DEFAULT '';
UPDATE identifier SET key = value;
CREATE INDEX identifier_by_key ON identifier (kind, key) WHERE unlinked_ms IS NULL;

CREATE TABLE account (          -- a customer who proved an address
  id             TEXT    NOT NULL PRIMARY KEY,
  created_ms     INTEGER NOT NULL
) STRICT;

CREATE TABLE account_identity ( -- what it is known by; an opinion, no receipt names it
  kind           TEXT    NOT NULL,
  key            TEXT    NOT NULL,
  account        TEXT    NOT NULL,
  shown          TEXT    NOT NULL,   -- masked
  claimed_ms     INTEGER NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT;
CREATE INDEX account_identity_by_account ON account_identity (account);

CREATE TABLE login (            -- a link that was mailed, until it is used
  token_sha256   TEXT    NOT NULL PRIMARY KEY,
  address        TEXT    NOT NULL,
  until_ms       INTEGER NOT NULL
) STRICT;
CREATE INDEX login_by_age ON login (until_ms);

CREATE TABLE account_session (  -- a device that is in
  token_sha256   TEXT    NOT NULL PRIMARY KEY,
  account        TEXT    NOT NULL,
  until_ms       INTEGER NOT NULL
) STRICT;
CREATE INDEX account_session_by_age ON account_session (until_ms);
"""

_EIGHTH_LEDGER = """
CREATE TABLE reserved (         -- a code that is shown before there is a receipt
  finder         TEXT    NOT NULL PRIMARY KEY,
  edge           TEXT    NOT NULL,
  sealed         TEXT    NOT NULL,   -- the page token, by the code; '' once taken
  number         TEXT    NOT NULL,
  until_ms       INTEGER NOT NULL,
  claimed_ms     INTEGER,
  page_sha256    TEXT
) STRICT;
CREATE INDEX reserved_by_age ON reserved (until_ms);
CREATE INDEX reserved_by_page ON reserved (page_sha256) WHERE page_sha256 IS NOT NULL;
"""

_FIRST_KEYRING = """
CREATE TABLE edge_key (         -- one valid key a till; its secret only as a hash
  edge           TEXT    NOT NULL PRIMARY KEY,
  key_id         TEXT    NOT NULL UNIQUE,
  secret_sha256  BLOB    NOT NULL,
  enrolled_ms    INTEGER NOT NULL
) STRICT;
"""

LEDGER = Profile(
    LEDGER_APPLICATION_ID,
    "WAL",
    2,
    (
        _FIRST_LEDGER,
        _SECOND_LEDGER,
        _THIRD_LEDGER,
        _FOURTH_LEDGER,
        _FIFTH_LEDGER,
        _SIXTH_LEDGER,
        _SEVENTH_LEDGER,
        _EIGHTH_LEDGER,
        orders.MIGRATION,
        standing.MIGRATION,
        erasures.MIGRATION,
    ),
)
KEYRING = Profile(
    KEYRING_APPLICATION_ID, "DELETE", 3, (_FIRST_KEYRING, tills.MIGRATION)
)
