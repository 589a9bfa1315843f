"""A receipt in a QR, over the worker's tasks: packed, signed by another, drawn and read."""

from __future__ import annotations

import io

import pytest
import resvg_py
import zxingcpp
from PIL import Image

from agent.keyring.index import kid_of
from agent.qr import general, placing
from agent.qr.decode import Decoded, decode
from agent.qr.discreet import held
from agent.wire.receipt import Picture, Receipt
from agent.worker.frames import Frame
from agent.worker.tasks import TASKS
from hardware_sim.paper_png import job_raster
from tests.qr import rig

SALE = rig.paper(3, "supermarket")


def packed(receipt: Receipt = SALE, *more: bytes, **changes: object) -> Frame:
    params = {
        "prefix": rig.PREFIX,
        "kid": rig.TILL.kid,
        "alg": "ES256",
        "number": 1,
        "listed": True,
        "target": {"pixels": 480},
        "token": rig.TOKEN.hex(),
        **changes,
    }
    return TASKS["pack_qr"](params, receipt.model_dump_json().encode(), *more)


def signed(frame: Frame) -> bytes:
    """As the relay does, with a key that this process never sees."""
    told = frame.parts[0]
    return told + rig.TILL.sign(b"tkt1" + told)


def read(address: str) -> Decoded:
    found = decode(address, rig.LIST, rig.DICTIONARIES, rig.verifies)
    assert isinstance(found, Decoded), found
    return found


def test_what_was_packed_signed_and_drawn_is_read_and_verified() -> None:
    frame = packed()
    params = {"prefix": rig.PREFIX, "fit": frame.header["fit"]}
    (svg,) = TASKS["draw_whole"](params, signed(frame)).parts
    assert "Votre ticket complet" in svg.decode()
    png = resvg_py.svg_to_bytes(svg_string=svg.decode(), width=480, height=480)
    picture = Image.open(io.BytesIO(bytes(png))).convert("L")
    (found,) = zxingcpp.read_barcodes(picture)
    told = read(found.text)
    assert told.trust == "verified"
    assert told.token == rig.TOKEN
    assert told.receipt.items == held(SALE).items


def test_a_picture_is_refused_with_a_word() -> None:
    pictured = SALE.model_copy(
        update={"picture": Picture(width=1, height=1, png="iVBORw0KGgo=")}
    )
    frame = packed(pictured)
    assert (frame.header, frame.parts) == ({"why": "picture"}, ())


def test_a_dictionary_of_the_store_comes_with_the_receipt() -> None:
    content = general.general().content[:8000]
    frame = packed(SALE, content, number=16)
    assert frame.parts[0][5] == 16
    assert len(frame.parts[0]) != len(packed(SALE, b"", number=0).parts[0])


@pytest.mark.parametrize(
    ("profile", "dots", "module"),
    [("TM-T88V", 512, 5), ("NT-5890K", 384, 4), ("OCD-300", 0, 0)],
)
def test_a_slip_of_it_is_read_off_the_paper(
    profile: str, dots: int, module: int
) -> None:
    frame = packed(target={"profile": profile}) if dots else packed()
    whole = {
        "prefix": rig.PREFIX,
        "raw": signed(frame).hex(),
        "fit": frame.header["fit"],
    }
    fields = {"url": "https://x.invalid", "shop": "Halles", "whole": whole}
    params = {"slip": "qr", "profile": profile, "fields": fields}
    (raw,) = TASKS["render_slip"](params, b"").parts
    if not dots:
        assert raw == b""  # a pole display
        return
    assert frame.header["fit"][2] >= module
    (found,) = zxingcpp.read_barcodes(job_raster(raw, dots).convert("L"))
    assert read(found.text).trust == "verified"


def test_the_key_of_a_symbol_is_named_by_its_public_half() -> None:
    assert packed().parts[0][1:5].hex() == kid_of(rig.TILL.der)[:8]


def test_the_versions_that_are_drawn_most_are_warm() -> None:
    placing._layout.cache_clear()
    TASKS["warm_qr"]({}, b"")
    assert placing._layout.cache_info().currsize == 4
    for version in (13, 17, 22, 23):
        placing._layout(version, "L")
    assert placing._layout.cache_info().misses == 4
