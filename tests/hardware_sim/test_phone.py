from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from hardware_sim import phone
from tests.hardware_sim.web import one_page

URL = "http://127.0.0.1:8480/r/DFY3YVNSPFMRC2GAINYFAY2GHI"

PAGE = """<!doctype html><title>Total 99,99 €</title><style>.total{}</style>
<p class=sum>1&nbsp;234,50 €</p><table><tr><th>Total partiel</th><td>9,00 €</td></tr></table>
<dl><div class="line total"><dt>Total<small>3 articles</small></dt>
<dd class=num>1\u202f234,50&nbsp;€</dd></div></dl>"""


def qr_png(text: str) -> bytes:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    svg = zxingcpp.write_barcode_to_svg(code, add_quiet_zones=True)
    return phone.picture_of_svg(svg)


def test_a_qr_is_read_from_its_pixels() -> None:
    assert phone.read_qr(qr_png(URL)) == URL


def test_a_qr_is_read_from_a_corner_of_a_blurred_photograph() -> None:
    code = Image.open(io.BytesIO(qr_png(URL))).convert("L")
    photograph = Image.new("L", (1280, 800), 250)
    photograph.paste(code.resize((300, 300)).rotate(7, fillcolor=255), (900, 300))
    out = io.BytesIO()
    photograph.filter(ImageFilter.GaussianBlur(1)).save(out, "PNG")
    assert phone.read_qr(out.getvalue()) == URL


def test_a_picture_without_a_qr_reads_as_nothing() -> None:
    out = io.BytesIO()
    Image.new("L", (200, 200), 255).save(out, "PNG")
    assert phone.read_qr(out.getvalue()) is None


def test_another_bar_code_is_no_qr() -> None:
    code = zxingcpp.create_barcode("2900000000001", zxingcpp.BarcodeFormat.EAN13)
    png = phone.picture_of_svg(zxingcpp.write_barcode_to_svg(code))
    assert phone.read_qr(png) is None


@pytest.mark.parametrize(
    ("html", "cents"),
    [
        (PAGE, 123_450),
        ("<dt>Total</dt><dd>7,70\u00a0€</dd>", 770),
        ("<dt>Total</dt><dd>-148,90 €</dd>", -14_890),
        ("<dt>Total</dt><dd>−148,90 €</dd>", -14_890),
        ("<p>Total</p><p>illisible</p>", None),
        ("<p>7,70 €</p>", None),
        ("", None),
    ],
)
def test_the_total_is_the_amount_beside_the_word(html: str, cents: int | None) -> None:
    assert phone.total_on_page(html) == cents


async def test_the_phone_comes_without_cookies_and_asks_for_french() -> None:
    async with one_page("<p>bonjour</p>") as site:
        first = await site.ask(phone.open_page)
        await site.ask(phone.open_page)
    assert (first.status, first.html) == (200, "<p>bonjour</p>")
    assert [head.get("cookie") for head in site.heads] == [None, None]
    assert {head["accept-language"][:2] for head in site.heads} == {"fr"}
    assert "Mobile" in site.heads[0]["user-agent"]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "tel:0400000000", "BEGIN:VCARD"])
def test_only_pages_are_opened(url: str) -> None:
    with pytest.raises(ValueError, match="is no page"):
        phone.open_page(url)
