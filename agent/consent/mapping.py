"""A record in the words of others: ISO/IEC TS 27560:2023, and Kantara's CR v1.1.

``python -m agent.consent.mapping [FILE]`` writes the table between its two marks in
``docs/consent.md``; a test compares.  What these standards want and a till cannot know
(postal address, authority) is the controller's, and stands in its privacy notice.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from agent.consent.purposes import TERMS
from agent.wire.consent import ConsentRecord

SCHEMA_27560: Final = "https://w3id.org/dpv/schema/dpv-27560#record"
KANTARA: Final = "KI-CR-v1.1.0"
JURISDICTION: Final = "FR"
LANGUAGE: Final = "fr"
"""Of a record under no sentence: the controller's."""
FILE: Final = Path("docs/consent.md")
BEGINS: Final = "<!-- fields: written by agent.consent.mapping -->"
ENDS: Final = "<!-- /fields -->"

COLLECTED: Final = {
    "customer_screen": "screen at the till, by the customer",
    "own_phone": "page on the customer’s own telephone",
    "cashier_oral": "oral, recorded by the cashier",
    "stored_pref": "preference stored before",
    "account": "the customer’s account",
}

TABLE: Final = (
    # ours, ISO/IEC TS 27560, Kantara CR v1.1
    ("version", "schema_version", "version"),
    ("consent_id", "record_id", "consentReceiptID"),
    ("seq, prev", "– (integrity: the record’s chain)", "–"),
    ("subject", "pii_principal_id", "piiPrincipalId"),
    ("identifier", "pii_information[].pii_type", "services[].purposes[].piiCategory"),
    (
        "controller",
        "party_identification[] (party_id, party_name, party_contact)",
        "piiControllers[]",
    ),
    ("controller.policy_url", "privacy_notice", "policyUrl"),
    ("tenant, store, till", "processing_locations, collection_location", "–"),
    ("operator", "event[].entity_id", "–"),
    (
        "purpose",
        "purposes[].purpose, purposes[].purpose_type",
        "services[].purposes[].purpose, purposeCategory, primaryPurpose",
    ),
    ("channel", "purposes[].service", "services[].service"),
    ("basis", "purposes[].lawful_basis", "services[].purposes[].consentType"),
    ("decision", "event[].event_state", "–"),
    ("method", "purposes[].collection_method", "collectionMethod"),
    ("notice.id, version, sha256", "privacy_notice, notice_hash", "–"),
    ("notice.lang", "language", "language"),
    ("shown_at", "event[] of type notice", "–"),
    ("decided_at", "event[].event_time", "consentTimestamp"),
    ("mono_ms, clock", "event[].event_time_trust", "–"),
    ("receipt", "purposes[].service_reference", "–"),
    ("expires_at", "event[].validity_duration", "services[].purposes[].termination"),
    ("evidence", "event[].evidence_hash", "–"),
    ("kid, sig", "– (integrity: the record’s signature)", "–"),
)


def iso_27560(
    record: ConsentRecord, jurisdiction: str = JURISDICTION
) -> dict[str, Any]:
    """The record with the field names of ISO/IEC TS 27560:2023, clause 6."""
    terms, controller = TERMS[record.purpose], record.controller
    location = f"{record.tenant}/{record.store}/{record.till}"
    entity = record.operator or ("operator" if _oral(record) else "pii_principal")
    notice = record.notice
    shown = {
        "event_time": record.shown_at,
        "event_type": "notice",
        "event_state": "displayed",
        "entity_id": location,
    }
    return {
        "dct:conformsTo": SCHEMA_27560,
        "schema_version": record.version,
        "record_id": record.consent_id,
        "pii_principal_id": record.subject,
        "pii_processing": [
            {
                "privacy_notice": controller.policy_url or record.sentence,
                "notice_hash": f"sha-256:{notice.sha256}" if notice else "",
                "language": notice.lang if notice else LANGUAGE,
                "purposes": [
                    {
                        "purpose": terms.says.en,
                        "purpose_type": terms.dpv,
                        "lawful_basis": record.basis,
                        "pii_information": [
                            {"pii_type": record.identifier, "pii_optional": True}
                        ],
                        "pii_controllers": [controller.siren or controller.name],
                        "collection_method": COLLECTED[record.method],
                        "processing_method": "automated",
                        "storage_locations": ["EU"],
                        "processing_locations": [location],
                        "retention_period": f"P{terms.days}D",
                        "jurisdiction": jurisdiction,
                        "recipient_third_parties": [],
                        "withdrawal_method": controller.contact or "at the till",
                        "privacy_rights": ["withdraw", "object", "access", "erase"],
                        "service": record.channel,
                        "service_reference": record.receipt,
                    }
                ],
            }
        ],
        "party_identification": [
            {
                "party_id": controller.siren or controller.name,
                "party_name": controller.name,
                "party_contact": controller.contact,
                "party_type": "controller",
            }
        ],
        "event": [
            *([shown] if notice else []),
            {
                "event_time": record.decided_at,
                "event_time_trust": record.clock,
                "event_type": "explicit",
                "event_state": record.decision,
                "validity_duration": f"P{_days(record)}D",
                "entity_id": entity,
                "evidence_hash": record.evidence,
            },
        ],
    }


def kantara(record: ConsentRecord, jurisdiction: str = JURISDICTION) -> dict[str, Any]:
    """The record as a Kantara Consent Receipt, v1.1.0, clause 4."""
    terms, controller = TERMS[record.purpose], record.controller
    return {
        "version": KANTARA,
        "jurisdiction": jurisdiction,
        "consentTimestamp": _unix_s(record.decided_at),
        "collectionMethod": COLLECTED[record.method],
        "consentReceiptID": record.consent_id,
        "language": record.notice.lang if record.notice else LANGUAGE,
        "piiPrincipalId": record.subject,
        "piiControllers": [
            {
                "piiController": controller.name,
                "onBehalf": False,
                "contact": controller.contact or controller.name,
                "piiControllerUrl": controller.policy_url,
            }
        ],
        "policyUrl": controller.policy_url,
        "services": [
            {
                "service": record.channel,
                "purposes": [
                    {
                        "purpose": terms.says.en,
                        "purposeCategory": [terms.dpv],
                        "consentType": record.basis,
                        "piiCategory": [record.identifier],
                        "primaryPurpose": terms.primary,
                        "termination": record.expires_at,
                        "thirdPartyDisclosure": record.purpose == "share_third_party",
                    }
                ],
            }
        ],
        "sensitive": False,
        "spiCat": [],
    }


def table() -> str:
    """The fields, side by side, in Markdown."""
    head = "| here | ISO/IEC TS 27560:2023 | Kantara CR v1.1 |\n|---|---|---|\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in TABLE)


def page(text: str) -> str:
    """The page with the table put in place."""
    before, _, rest = text.partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return f"{before}{BEGINS}\n{table()}{ENDS}{after}"


def main(file: Path = FILE) -> None:
    """Write it."""
    file.write_text(page(file.read_text(encoding="utf-8")), encoding="utf-8")


def _oral(record: ConsentRecord) -> bool:
    return record.method == "cashier_oral"


def _days(record: ConsentRecord) -> int:
    return TERMS[record.purpose].days


def _unix_s(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
