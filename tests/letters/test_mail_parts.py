"""What a mail brings along: bar code, PDF, data, five languages, its bounds, an offer."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from agent.letters import code_picture, json_ld, strip_pdf
from agent.letters.mail import (
    MAX_HTML_BYTES,
    MAX_MESSAGE_BYTES,
    Envelope,
    compose,
    compose_annulled,
)
from agent.letters.words import PHRASES
from agent.paper.strip import Run, Strip, TextLine
from agent.wire.money import Tongue
from agent.wire.receipt import Code, DocKind, Item, Receipt
from agent.wire.schema_org import from_schema_org
from tests.letters.receipts import GROCER, UNPROVEN
from tests.letters.test_mail import LANGS, SENT, URL, Page, parsed

ENVELOPE = Envelope("ticket@lucie.example", "marie@gmail.com", "1@lucie.example", SENT)
CODE = Code(system="CODE128", text="T-000482-7731", role="receipt")
CODED = GROCER.model_copy(update={"codes": (CODE,)})
PDF = strip_pdf.compose(Strip((TextLine((Run("TOTAL 42,17"),)),)), mark="", lang="fr")


def written(receipt: Receipt = GROCER, **given: Any) -> EmailMessage:
    raw = compose(
        receipt, ENVELOPE, **{"url": URL, "shop": "Lucie", "lang": "fr"} | given
    )
    return parsed(raw)


def part(message: EmailMessage, kind: str) -> EmailMessage:
    found = [each for each in message.walk() if each.get_content_type() == kind]
    assert len(found) == 1
    assert isinstance(found[0], EmailMessage)
    return found[0]


def html_of(message: EmailMessage) -> str:
    return str(part(message, "text/html").get_content())


def text_of(message: EmailMessage) -> str:
    return str(part(message, "text/plain").get_content())


def scanned(png: bytes) -> list[str]:
    with Image.open(BytesIO(png)) as picture:
        return [each.text for each in zxingcpp.read_barcodes(picture.convert("L"))]


@pytest.mark.parametrize(
    ("system", "text"),
    [
        ("CODE128", "T-000482-7731"),
        ("CODE128", "2026112100048200017731"),
        ("EAN13", "4006381333931"),
        ("ITF", "20261121000482"),
        ("CODE39", "R000482"),
        ("QR", "https://pos.example/t/000482"),
    ],
)
def test_the_tills_own_bar_code_is_read_from_the_picture(
    system: str, text: str
) -> None:
    picture = code_picture.draw(Code(system=system, text=text))
    assert picture is not None
    assert scanned(picture.png) == [text]
    assert picture.width <= code_picture.WIDEST


def test_the_bars_stand_in_white() -> None:
    """Ten modules for Code 128 (ISO/IEC 15417), eleven for EAN-13, on both sides."""
    made = code_picture.draw(CODE)
    assert made is not None
    with Image.open(BytesIO(made.png)) as picture:
        ink = Image.eval(picture.convert("L"), lambda tone: 255 - tone).getbbox()
        wide = picture.width
    assert ink is not None
    module = 2 * code_picture.SHARP  # so long a text, in 480 pixels
    assert ink[0] == wide - ink[2] == 11 * module


@pytest.mark.parametrize("text", ["x" * 60, "漢字", ""])
def test_what_cannot_be_drawn_so_that_it_is_read_is_not_drawn(text: str) -> None:
    assert code_picture.draw(Code(system="CODE128", text=text)) is None


def test_the_bar_code_stands_before_the_goods_and_comes_in_the_mail() -> None:
    message = written(CODED)
    picture, html = part(message, "image/png"), html_of(message)
    assert scanned(picture.get_content()) == [CODE.text]
    cid = str(picture["Content-ID"]).strip("<>")
    assert f'src="cid:{cid}"' in html
    assert html.index("cid:") < html.index(">Pommes Reinette")
    assert f'alt="Code-barres du ticket\u00a0: {CODE.text}"' in html
    text = text_of(message)
    assert text.index(CODE.text) < text.index("Pommes Reinette")


@pytest.mark.parametrize("role", ["fiscal", "loyalty", "link", "other"])
def test_no_other_code_is_taken_for_the_receipts_own(role: Any) -> None:
    other = CODE.model_copy(update={"role": role})
    message = written(GROCER.model_copy(update={"codes": (other,)}))
    assert "cid:" not in html_of(message)


def test_the_strip_comes_as_pdf_and_is_told_of() -> None:
    message = written(CODED, pdf=PDF)
    assert message.get_content_type() == "multipart/mixed"
    attached = part(message, "application/pdf")
    assert attached.get_content() == PDF
    assert attached.get_filename() == "ticket.pdf"
    assert attached.get_content_disposition() == "attachment"
    for said in (html_of(message), " ".join(text_of(message).split())):
        assert "est joint en PDF" in said.replace("\n", " ")
    assert "PDF" not in html_of(written())


def test_a_copys_pdf_says_so(tmp_path: Any) -> None:
    import shutil
    import subprocess

    if shutil.which("pdftotext") is None:
        pytest.skip(
            "pdftotext is missing: the PDF NOT read (apt install poppler-utils)"
        )
    made = strip_pdf.compose(
        strip_pdf.of_lines(GROCER.lines), mark="DUPLICATA 2", lang="fr"
    )
    (tmp_path / "t.pdf").write_bytes(made)
    said = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "t.pdf"), "-"],
        check=True,
        capture_output=True,
        timeout=20,
    ).stdout.decode()
    assert said.split("\n")[0].strip() == "DUPLICATA 2"
    assert "Pain de campagne" in said
    assert "42,17" in said


def test_the_data_says_what_the_receipt_says() -> None:
    html = html_of(written(CODED))
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found is not None
    document = json.loads(found[1])
    assert document["@type"] == "Order"
    again = from_schema_org(document)
    assert (again.total, again.number) == (GROCER.total, GROCER.number)
    assert [item.amount for item in again.items] == [i.amount for i in GROCER.items]


def test_an_invoice_is_an_invoice_of_its_order() -> None:
    invoice = GROCER.model_copy(update={"kind": DocKind.INVOICE})
    document = json.loads(json_ld.of_receipt(invoice))
    assert document["@type"] == "Invoice"
    assert document["totalPaymentDue"]["price"] == "42.17"
    assert document["referencesOrder"]["@type"] == "Order"
    assert "@context" not in document["referencesOrder"]


def test_the_data_holds_no_card_and_nothing_unproven() -> None:
    carded = GROCER.model_copy(update={"loyalty_card": "2000000000008"})
    assert "2000000000008" not in json_ld.of_receipt(carded)
    assert json_ld.of_receipt(UNPROVEN) == ""


def test_no_label_ends_the_data() -> None:
    hostile = "</script><script>alert(1)</script>\ud800\u2028"
    item = Item(label=hostile, amount=4217)
    html = html_of(written(GROCER.model_copy(update={"items": (item,)})))
    assert html.count("<script") == 1
    assert html.count("</script>") == 1


@pytest.mark.parametrize("lang", LANGS)
def test_each_language_says_all_of_it(lang: Tongue) -> None:
    said = PHRASES[lang]
    guaranteed = CODED.model_copy(update={"mentions": ("guarantee",)})
    message = written(guaranteed, lang=lang, pdf=PDF, copy_number=2)
    html, text = html_of(message), " ".join(text_of(message).split())
    words = " ".join(Page(html).words.split())
    for phrase in (said.page, said.not_me, said.no_mail, said.pdf, said.code, said.use):
        assert " ".join(phrase.split()) in words
        assert " ".join(phrase.split()) in text
    assert f'<html lang="{lang}" dir="{said.way}">' in html
    assert message["Content-Language"] == lang
    assert "DUPLICATA 2" in str(message["Subject"])
    assert "211-7" in words


@pytest.mark.parametrize("lang", LANGS)
def test_no_language_lacks_a_word_of_another(lang: Tongue) -> None:
    french, said = PHRASES["fr"], PHRASES[lang]
    for name in type(french).__slots__:
        mine, theirs = getattr(said, name), getattr(french, name)
        assert bool(mine) == bool(theirs), name
        if isinstance(mine, str):
            fields = set(re.findall(r"\{\w+\}", theirs))
            assert set(re.findall(r"\{\w+\}", mine)) == fields, name
        if isinstance(mine, dict):
            assert mine.keys() == theirs.keys(), name


def test_arabic_runs_from_right_to_left_and_amounts_do_not() -> None:
    message = written(CODED, lang="ar")
    html = html_of(message)
    assert 'dir="rtl"' in html
    assert '<span dir="ltr">42,17\u00a0€</span>' in html
    # Amounts on the left edge, in every row.
    row = re.search(r'<td class="ink line" align="(\w+)"[^>]*white-space:nowrap', html)
    assert row is not None
    assert row[1] == "left"
    assert "Pommes Reinette: 1,97\u00a0€" in text_of(message)


def test_a_long_receipt_stays_under_what_mail_readers_show() -> None:
    items = tuple(
        Item(label=f"Article numéro {n} " + "é" * 90, amount=100) for n in range(400)
    )
    long = GROCER.model_copy(
        update={"items": items, "lines": tuple(f"{n} " + "x" * 100 for n in range(900))}
    )
    message = written(long, pdf=PDF)
    html = html_of(message)
    assert len(html.encode()) <= MAX_HTML_BYTES
    shown = html.count("Article numéro")
    assert 0 < shown < 400
    said = f"… et {400 - shown} autres lignes"
    assert said in html
    assert said in text_of(message)
    # The same of a receipt of which only the lines are known.
    bare = long.model_copy(update={"items": (), "verdict": UNPROVEN.verdict})
    assert len(html_of(written(bare)).encode()) <= MAX_HTML_BYTES


def test_a_mail_has_its_bound_and_the_pdf_goes_first() -> None:
    raw = compose(
        GROCER,
        ENVELOPE,
        url=URL,
        shop="Lucie",
        lang="fr",
        pdf=PDF + b"%" * MAX_MESSAGE_BYTES,
    )
    assert len(raw) <= MAX_MESSAGE_BYTES
    assert "application/pdf" not in {p.get_content_type() for p in parsed(raw).walk()}
    assert "joint en PDF" not in html_of(parsed(raw))


def test_without_consent_nothing_is_offered_and_with_it_the_retailers_own_words() -> (
    None
):
    offer = "Samedi, -10 % sur les <vins> de Loire."
    for said in (html_of(written()), text_of(written())):
        assert "De la part de" not in said
    message = written(offer=offer)
    assert "Samedi, -10 % sur les &lt;vins&gt; de Loire." in html_of(message)
    assert offer in text_of(message)
    for said in (html_of(message), text_of(message)):
        assert "Vous avez accepté de recevoir des offres" in said
        # It would be untrue now that the address serves nothing else.
        assert PHRASES["fr"].use not in said
    assert "vins" not in html_of(written(offer=offer, sensitive=True))


def test_of_discreet_goods_there_is_no_code_no_data_no_pdf() -> None:
    message = written(CODED, pdf=PDF, sensitive=True)
    kinds = {each.get_content_type() for each in message.walk()}
    assert kinds == {"multipart/alternative", "text/plain", "text/html"}
    assert "ld+json" not in html_of(message)
    assert CODE.text not in html_of(message) + text_of(message)


def test_answers_go_where_somebody_reads_them() -> None:
    raw = compose(
        GROCER,
        replace(ENVELOPE, reply_to="bonjour@lucie.example"),
        url=URL,
        shop="Lucie",
        lang="fr",
    )
    message = parsed(raw)
    assert str(message["Reply-To"]) == "bonjour@lucie.example"
    assert "mailto:bonjour@lucie.example" in html_of(message)
    with pytest.raises(ValueError, match="reply_to"):
        compose(
            GROCER, replace(ENVELOPE, reply_to="a@b\r\nBcc: c@d.example"),
            url=URL, shop="Lucie", lang="fr",
        )  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_that_a_sale_was_annulled_is_a_letter_of_its_own(lang: Tongue) -> None:
    said = PHRASES[lang]
    raw = compose_annulled(
        GROCER, ENVELOPE, url=URL, shop="Lucie", lang=lang, number="000483"
    )
    message = parsed(raw)
    html, text = html_of(message), " ".join(text_of(message).split())
    assert str(message["Subject"]).startswith(
        f"{said.annulled} — {said.annulled_subject}"
    )
    for part_said in (" ".join(Page(html).words.split()), text):
        assert said.annulled_then in part_said
        by = said.annulled_by.format(number="000483")
        assert " ".join(by.split()) in part_said
        assert "Pommes" not in part_said
    assert "ld+json" not in html
    assert raw == compose_annulled(
        GROCER, ENVELOPE, url=URL, shop="Lucie", lang=lang, number="000483"
    )


def test_of_an_annulled_discreet_sale_no_amount_and_no_number() -> None:
    raw = compose_annulled(
        GROCER, ENVELOPE, url=URL, shop="L", lang="fr", number="000483", sensitive=True
    )
    everything = (
        html_of(parsed(raw)) + text_of(parsed(raw)) + str(parsed(raw)["Subject"])
    )
    assert "42,17" not in everything
    assert "000483" not in everything
