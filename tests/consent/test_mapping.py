"""The record in the words of others, and the page that says which word is which."""

from __future__ import annotations

from pathlib import Path

from agent.consent import mapping
from agent.wire.consent import ConsentRecord
from tests.consent.builders import ACTS, a_record

PAGE = Path(__file__).parents[2] / "docs" / "consent.md"


def test_the_table_in_the_docs_is_current() -> None:
    """Else: ``python -m agent.consent.mapping``."""
    text = PAGE.read_text(encoding="utf-8")
    assert mapping.page(text) == text
    assert mapping.table() in text


def test_every_field_of_a_record_is_in_the_table() -> None:
    said = " ".join(row[0] for row in mapping.TABLE)
    named = {word.strip(",").partition(".")[0] for word in said.split()}
    assert set(ConsentRecord.model_fields) <= named


def test_a_no_under_no_sentence_shows_none() -> None:
    plain = a_record(ACTS[-1])
    record = plain.model_copy(update={"notice": None})
    said = mapping.iso_27560(record)
    (processing,), (decided,) = said["pii_processing"], said["event"]
    assert (processing["notice_hash"], decided["event_state"]) == ("", "objected")
    assert mapping.kantara(record)["language"] == "fr"


def test_the_iso_form_has_what_the_standard_wants() -> None:
    for act in ACTS:
        record = a_record(act)
        said = mapping.iso_27560(record, "DE")
        (processing,) = said["pii_processing"]
        (purpose,) = processing["purposes"]
        (party,) = said["party_identification"]
        shown, decided = said["event"]
        assert said["record_id"] == record.consent_id
        assert said["pii_principal_id"] == record.subject
        assert processing["language"] == "fr"
        assert record.notice is not None
        assert processing["notice_hash"].endswith(record.notice.sha256)
        assert purpose["lawful_basis"] == record.basis
        assert purpose["jurisdiction"] == "DE"
        assert purpose["retention_period"] == "P7D"
        assert party["party_type"] == "controller"
        assert shown["event_time"] == record.shown_at
        assert decided["event_state"] == act.decision
        assert decided["event_time"] == record.decided_at


def test_the_kantara_form_has_what_the_specification_wants() -> None:
    record = a_record()
    said = mapping.kantara(record)
    (service,) = said["services"]
    (purpose,) = service["purposes"]
    assert set(said) == {
        *("version", "jurisdiction", "consentTimestamp", "collectionMethod"),
        *("consentReceiptID", "language", "piiPrincipalId", "piiControllers"),
        *("policyUrl", "services", "sensitive", "spiCat"),
    }
    assert set(purpose) == {
        *("purpose", "purposeCategory", "consentType", "piiCategory"),
        *("primaryPurpose", "termination", "thirdPartyDisclosure"),
    }
    assert said["consentTimestamp"] == 1795942801  # 2026-11-29T09:00:01Z
    assert (purpose["primaryPurpose"], purpose["thirdPartyDisclosure"]) == (True, False)


def test_the_command_writes_the_table(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(f"before\n{mapping.BEGINS}\nold\n{mapping.ENDS}\nafter\n")
    mapping.main(file)
    text = file.read_text(encoding="utf-8")
    assert text == f"before\n{mapping.BEGINS}\n{mapping.table()}{mapping.ENDS}\nafter\n"
