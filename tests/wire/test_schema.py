"""The published schemas are those of the models, and so is the page on formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.wire import formats, schema
from agent.wire.events import EventType
from agent.wire.receipt import Receipt

DOCS = Path(__file__).parents[2] / "docs" / "wire"


@pytest.mark.parametrize("name", schema.files())
def test_the_committed_schema_is_the_export(name: str) -> None:
    """Else: ``python -m agent.wire.schema``."""
    assert (DOCS / name).read_text(encoding="utf-8") == schema.files()[name]


def test_the_page_on_formats_is_current() -> None:
    """Else: ``python -m agent.wire.formats``."""
    assert (DOCS / "formats.md").read_text(encoding="utf-8") == formats.page()


def test_every_reference_leads_somewhere() -> None:
    receipt, events = schema.receipt_schema(), schema.events_schema()
    known = {schema.RECEIPT_ID, schema.EVENTS_ID}
    for document in (receipt, events):
        here = {f"#/$defs/{name}" for name in document["$defs"]}
        assert set(_references(document)) <= here | known


def test_every_field_of_a_receipt_is_in_its_schema_and_none_is_required() -> None:
    receipt = schema.receipt_schema()
    assert list(receipt["properties"]) == list(Receipt.model_fields)
    assert "required" not in receipt
    assert receipt["additionalProperties"] is False


def test_every_event_has_a_body() -> None:
    (names,) = (set(EventType.__args__),)  # type: ignore[attr-defined]
    assert set(schema.BODIES) == names


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for each in value for found in _references(each)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for each in value.values() for found in _references(each)]


def test_the_commands_write_the_files(tmp_path: Path) -> None:
    schema.main(tmp_path)
    formats.main(tmp_path)
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {*schema.files(), "formats.md"}
    assert json.loads((tmp_path / "receipt-1.schema.json").read_text("utf-8"))
