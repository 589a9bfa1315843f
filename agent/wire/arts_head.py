"""What stands above and below the lines in ARTS: shop, till, day, and the control unit.

The fiscal block is a control unit's texts, each under the name of its field.
"""

from __future__ import annotations

import datetime as dt
from typing import Final, get_args
from xml.etree import ElementTree as ET

from agent.wire.arts_xml import Pen, clean, every, find, text_at, text_of, told, whole
from agent.wire.fiscal import Fiscal, Regime
from agent.wire.holding import (
    ALPHA_3,
    MIDNIGHT,
    Postal,
    join_address,
    split_address,
    wall_time,
)
from agent.wire.receipt import Merchant, Receipt

MAX_COUNT: Final = 9_999_999_999
COUNTRIES: Final = frozenset(ALPHA_3) - {"ME", "RS"}
"""The schema's list is older than two of them."""
_COUNTS: Final = ("line_count", "print_count")
_WORDS: Final = (
    "number",
    "device",
    "signature",
    "certificate",
    "software",
    "software_version",
    "code",
)


def write_head(
    receipt: Receipt, into: ET.Element, pen: Pen, zone: dt.tzinfo | None
) -> None:
    _write_shop(receipt, into, pen)
    pen.told(into, "WorkstationID", receipt.till, TypeCode="POS")
    pen.told(into, "OperatorID", receipt.operator, OperatorType="Cashier")
    pen.put(into, "CurrencyCode", receipt.currency)
    pen.told(into, "VATRegistrationNumber", receipt.merchant.vat_id)
    if receipt.date:
        clock = wall_time(receipt.time) or MIDNIGHT
        moment = dt.datetime.combine(receipt.date, clock, zone)
        pen.put(into, "ReceiptDateTime", moment.isoformat())
    pen.told(into, "ReceiptNumber", receipt.number)
    if receipt.lines:
        image = pen.put(into, "ReceiptImage")
        for line in receipt.lines:
            pen.put(image, "ReceiptLine", line)


def _write_shop(receipt: Receipt, into: ET.Element, pen: Pen) -> None:
    merchant = receipt.merchant
    name, phone = told(merchant.name), told(merchant.phone)
    postal = split_address([clean(line) for line in merchant.address])
    country = held_country(merchant.country)
    located = any(postal) or country
    if not (name or phone or located or told(receipt.store)):
        return
    unit = pen.put(into, "BusinessUnit")
    identity = pen.put(unit, "UnitID", receipt.store or "")
    if name:
        identity.set("Name", name)
    if located:
        address = pen.put(unit, "Address")
        for line in postal.street or ("",):  # the schema wants one
            pen.put(address, "AddressLine", line)
        pen.told(address, "City", postal.city)
        pen.told(address, "PostalCode", postal.postcode)
        if country:
            pen.put(address, "Country", Code=country)
    if phone:
        pen.put(pen.put(unit, "Telephone", TypeCode="Work"), "LocalNumber", phone)


def read_merchant(transaction: ET.Element) -> Merchant:
    unit = find(transaction, "BusinessUnit")
    address, identity = find(unit, "Address"), find(unit, "UnitID")
    country = find(address, "Country")
    code = country.get("Code") if country is not None else None
    street = tuple(text_of(line) or "" for line in every(address, "AddressLine"))
    city, postcode = text_at(address, "City"), text_at(address, "PostalCode")
    return Merchant(
        name=(identity.get("Name") or None) if identity is not None else None,
        address=join_address(Postal(street, postcode or "", city or "")),
        phone=text_at(unit, "Telephone/LocalNumber"),
        siret=text_at(transaction, "se:Issuer/se:OrganisationID"),
        vat_id=text_at(transaction, "VATRegistrationNumber"),
        country=held_country(code),
    )


def read_moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text.strip()) if text else None


def held_country(code: str | None) -> str | None:
    return code if code in COUNTRIES else None


def write_fiscal(fiscal: Fiscal | None, into: ET.Element, pen: Pen) -> None:
    held = held_fiscal(fiscal)
    if held is None:
        return
    unit = pen.put(into, "se:ControlUnit")
    for name, value in held.model_dump(exclude_none=True).items():
        pen.put(unit, "se:Text", str(value), Name=name)


def read_fiscal(unit: ET.Element | None) -> Fiscal | None:
    said = {line.get("Name", ""): text_of(line) for line in every(unit, "se:Text")}
    regime = said.get("regime")
    fiscal = Fiscal.model_validate(
        {name: said.get(name) for name in _WORDS}
        | {name: whole(said.get(name)) for name in _COUNTS}
        | {"regime": regime if regime in get_args(Regime) else None}
    )
    return None if fiscal == Fiscal() else fiscal


def held_fiscal(fiscal: Fiscal | None) -> Fiscal | None:
    if fiscal is None:
        return None
    counts = {name: getattr(fiscal, name) for name in _COUNTS}
    held = fiscal.model_copy(
        update={name: told(getattr(fiscal, name)) for name in _WORDS}
        | {name: count if is_count(count) else None for name, count in counts.items()}
    )
    return None if held == Fiscal() else held


def is_count(count: int | None) -> bool:
    return count is not None and 0 <= count <= MAX_COUNT
