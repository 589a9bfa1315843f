"""What keeps the event log and the ledger of consents as they were written."""

from __future__ import annotations

from typing import Final

_SEALED_AGAIN: Final = """(substr(OLD.body, 1, 1) IS x'01'
        AND substr(NEW.body, 1, 1) IS x'02')"""

MIGRATION: Final = (
    "DROP TRIGGER event_is_immutable",
    f"""CREATE TRIGGER event_is_immutable BEFORE UPDATE ON event
      WHEN (NEW.body IS NOT NULL AND NOT {_SEALED_AGAIN})
        OR NEW.seq <> OLD.seq OR NEW.id <> OLD.id OR NEW.type <> OLD.type
        OR NEW.at_ms <> OLD.at_ms OR NEW.receipt IS NOT OLD.receipt
      BEGIN SELECT RAISE(ABORT, 'the event log is immutable'); END""",
    "DROP TRIGGER consent_is_immutable",
    # A forgotten contact's reference is zeroed, with the body.
    f"""CREATE TRIGGER consent_is_immutable BEFORE UPDATE ON consent
      WHEN (NEW.body IS NOT NULL AND NOT {_SEALED_AGAIN})
        OR NEW.seq <> OLD.seq OR NEW.digest <> OLD.digest
        OR NEW.at_ms <> OLD.at_ms OR NEW.expires_ms <> OLD.expires_ms
        OR (NEW.subject <> OLD.subject
          AND NOT (NEW.body IS NULL AND NEW.subject = zeroblob(24)))
        OR NEW.purpose <> OLD.purpose
        OR NEW.channel <> OLD.channel OR NEW.decision <> OLD.decision
      BEGIN SELECT RAISE(ABORT, 'the ledger of consents is immutable'); END""",
)
