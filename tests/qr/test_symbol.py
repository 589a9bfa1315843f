"""How large a symbol is where it is shown, and that it is read there."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
import resvg_py
from PIL import Image
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from agent.qr import symbol
from agent.qr.placing import (
    LEVELS,
    MASK,
    Segment,
    numeric,
    placed,
    plain,
    smallest,
)
from agent.qr.streams import digits_of
from agent.qr.symbol import CAPTIONS, TARGETS, Fit, TargetName, fit, modules
from tests.qr import rig, sheet
from tests.qr.camera import by_zbar, by_zxing, drawn, seen, zbar
from tests.qr.make_vectors import PAPERS, coded

DIGITS = "3141592653589793238462643383279502884197" * 200


def by_the_library(pieces: list[Segment], version: int, level: str) -> tuple[str, ...]:
    code = QRCode(
        version=version, error_correction=LEVELS[level], mask_pattern=MASK, border=0
    )
    for piece in pieces:
        code.add_data(QRData(piece.data, mode=piece.mode))
    code.make(fit=False)
    rows = code.get_matrix()
    return tuple("".join("1" if cell else "0" for cell in row) for row in rows)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("level", list(LEVELS))
def test_every_version_is_the_librarys_module_by_module(level: str) -> None:
    count = 1  # what a version holds, the next one does too
    for version in range(1, 41):
        while True:
            pieces = [plain(b"r#"), numeric(DIGITS[: count + 37].encode())]
            if (smallest(pieces, level) or 99) > version:
                break
            count += 37
        pieces = [plain(b"r#"), numeric(DIGITS[:count].encode())]
        ours = placed(pieces, version, level)
        assert ours == by_the_library(pieces, version, level), version


def test_what_a_version_does_not_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="does not hold"):
        placed([plain(b"x" * 200)], 3, "L")


@pytest.mark.parametrize("target", list(TARGETS))
def test_the_module_never_shrinks_for_more_correction(target: TargetName) -> None:
    where = TARGETS[target]
    for size in range(80, 900, 13):
        found = fit(rig.PREFIX, digits_of(size), where)
        pieces = [
            Segment(MODE_8BIT_BYTE, rig.PREFIX.encode()),
            Segment(MODE_NUMBER, b"0" * digits_of(size)),
        ]
        least = smallest(pieces, "L")
        assert least is not None
        if found is None:
            assert least > where.largest
            continue
        largest_module = where.box // (25 + 4 * least)
        assert found.module == largest_module
        assert found.module * (25 + 4 * found.version) <= where.box
        stronger = dict(pairwise(LEVELS)).get(found.level)
        more = stronger and smallest(pieces, stronger)
        assert not more or where.box // (25 + 4 * more) < found.module


def test_the_plateaus_are_those_that_were_measured() -> None:
    def largest(target: TargetName, module: int) -> int:
        box = TARGETS[target].box
        return max(v for v in range(1, 41) if box // (25 + 4 * v) >= module)

    assert [largest("screen", k) for k in (6, 5, 4)] == [13, 17, 23]
    assert [largest("roll80", k) for k in (6, 5)] == [17, 22]
    assert [largest("roll58", k) for k in (5, 4)] == [12, 17]


@pytest.mark.parametrize("target", list(TARGETS))
@pytest.mark.parametrize("name", list(PAPERS))
def test_a_camera_reads_it_from_where_it_is_shown(
    name: str, target: TargetName
) -> None:
    made = coded(rig.paper(*PAPERS[name]), rig.issuer(), target)
    sharp = drawn(made, TARGETS[target])
    assert by_zxing(sharp) == made.url
    # A camera looks thirty times a second until it has read one.
    frames = (by_zxing(seen(sharp, target, seed)) for seed in range(4))
    assert next((read for read in frames if read is not None), None) == made.url


@pytest.mark.skipif(zbar() is None, reason="libzbar0 is not installed")
@pytest.mark.parametrize("target", list(TARGETS))
def test_another_reader_agrees(target: TargetName) -> None:
    for name in ("a supermarket", "a German till"):
        made = coded(rig.paper(*PAPERS[name]), rig.issuer(), target)
        assert by_zbar(drawn(made, TARGETS[target])) == made.url


def test_the_sheet_for_phones_has_four_symbols_that_are_read() -> None:
    figures = sheet.page().split("<figure")[1:]
    assert len(figures) == len(sheet.LINES) == 4
    for told in figures:
        drawing = told[told.index("<svg") : told.index("</svg>") + 6]
        png = resvg_py.svg_to_bytes(svg_string=drawing, width=600, height=600)
        address = by_zxing(Image.open(io.BytesIO(bytes(png))).convert("L"))
        assert address is not None
        assert f"{len(address)} characters" in told
        assert CAPTIONS["fr"] in told


def test_ours_has_a_caption_in_both_languages() -> None:
    assert set(CAPTIONS) == {"fr", "en"}
    assert all(CAPTIONS.values())


def test_a_fit_says_what_is_drawn() -> None:
    found = fit(rig.PREFIX, 500, TARGETS["screen"])
    assert found is not None
    rows = modules(rig.PREFIX, "0" * 500, found)
    assert len(rows) == 17 + 4 * found.version
    assert symbol.fit(rig.PREFIX, 6000, TARGETS["screen"]) is None
    assert found == Fit(found.version, found.level, 480 // (25 + 4 * found.version))
