"""The mail, read back by the standard library's own parser."""

from __future__ import annotations

import datetime as dt
import re
from base64 import b64encode
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.letters.mail import Envelope, compose
from agent.letters.mail_text import COLUMNS
from agent.wire.money import Tongue
from agent.wire.receipt import DocKind, Item, Picture, Reading, Receipt
from tests.letters.receipts import BARE, GROCER, UNPROVEN

URL = "https://ticket.example/r/ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PARIS = dt.timezone(dt.timedelta(hours=1))
SENT = dt.datetime(2026, 11, 21, 18, 43, 5, tzinfo=PARIS)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
LANGS = ("fr", "en", "es", "de", "ar")
HEADERS = {
    "Subject",
    "From",
    "To",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
}


def written(
    receipt: Receipt = GROCER,
    *,
    shop: str = "Épicerie Lucie",
    lang: Tongue = "fr",
    copy_number: int = 0,
    sensitive: bool = False,
    recipient: str = "marie@gmail.com",
    message_id: str = "01234@till.lucie.example",
) -> bytes:
    return compose(
        receipt,
        Envelope("ticket@lucie.example", recipient, message_id, SENT),
        url=URL,
        shop=shop,
        lang=lang,
        copy_number=copy_number,
        sensitive=sensitive,
    )


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def parts(raw: bytes) -> tuple[str, str]:
    message = parsed(raw)
    text, html = message.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    return text.get_content(), html.get_content()


class Page(HTMLParser):
    """The tags, addresses and words of a document."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_headers_say_who_to_whom_when_and_that_a_machine_wrote() -> None:
    message = parsed(written())
    assert sorted(message.keys()) == sorted(HEADERS)
    assert message["Subject"] == (
        "Votre ticket — Épicerie Lucie, 42,17\u00a0€, 21/11/2026"
    )
    assert str(message["From"]) == "Épicerie Lucie <ticket@lucie.example>"
    assert str(message["To"]) == "marie@gmail.com"
    assert message["Date"].datetime == SENT
    assert message["Message-ID"] == "<01234@till.lucie.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"


def test_it_travels_over_any_relay() -> None:
    """Seven bits, CR LF alone, no line above 998 (RFC 5321, 4.5.3.1.6)."""
    raw = written()
    assert raw.isascii()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")


def test_the_text_part_has_every_amount_on_one_right_edge() -> None:
    text, _ = parts(written())
    edges = {
        len(line) for line in text.splitlines() if re.search(r"[^ ] {2,}[^ ]+€$", line)
    }
    assert edges == {COLUMNS}
    for word in ("Pommes Reinette", "0,792\u00a0kg × 2,49\u00a0€", "TVA 5,5\u00a0%"):
        assert word in text
    assert "Rendu" in text
    assert URL in text
    assert "Ce n’est pas moi" in text
    assert max(len(line) for line in text.splitlines()) == COLUMNS


def test_both_parts_say_the_same_amounts() -> None:
    text, html = parts(written())
    amounts = re.compile(r"−?[\d\u202f]+,\d\d\u00a0€")
    words = Page(html).words
    assert set(amounts.findall(text)) == set(amounts.findall(words))
    assert "−1,00\u00a0€" in words


def test_english_is_english() -> None:
    message = parsed(written(lang="en"))
    assert message["Subject"] == (
        "Your receipt — Épicerie Lucie, €42.17, 21 November 2026"
    )
    text, html = parts(written(lang="en"))
    for part in (text, html):
        assert "VAT 5.5%" in part
        assert "This is not mine" in part
        assert "TVA" not in part


def test_what_does_not_prove_itself_is_shown_as_it_was_printed() -> None:
    text, html = parts(written(UNPROVEN))
    for part in (text, Page(html).words):
        assert "Pommes" not in part
        assert "Pain de campagne                    3,20" in part


def test_a_receipt_of_which_nothing_is_known_still_makes_a_letter() -> None:
    message = parsed(written(BARE))
    assert message["Subject"] == "Votre ticket — Épicerie Lucie, 21/11/2026"
    text, html = parts(written(BARE))
    assert URL in text
    assert "None" not in text + html


def test_a_later_copy_is_marked_and_a_first_one_is_not() -> None:
    assert "DUPLICATA" not in "".join(parts(written()))
    raw = written(copy_number=2)
    assert parsed(raw)["Subject"].startswith("DUPLICATA 2 — Votre ticket — ")
    for part in parts(raw):
        assert "DUPLICATA 2" in part


def test_a_refund_is_not_called_a_purchase() -> None:
    refund = GROCER.model_copy(update={"kind": DocKind.REFUND})
    assert parsed(written(refund))["Subject"].startswith("Votre ticket de remboursem")


def test_nothing_is_fetched_and_only_our_own_addresses_are_named() -> None:
    _, html = parts(written())
    page = Page(html)
    assert not {"img", "link", "iframe", "form", "object"} & set(page.tags)
    assert [value for name, value in page.attributes if name == "type"] == [
        "application/ld+json"  # data, which nothing runs
    ]
    assert "url(" not in html
    targets = {value for name, value in page.attributes if name in {"href", "src"}}
    assert targets == {
        URL,
        f"{URL}/not-me",
        f"{URL}/no-mail",
        (
            "mailto:ticket@lucie.example?subject="
            "Ce%20ticket%20n%E2%80%99est%20pas%20le%20mien%20%2821%2F11%2F2026%29"
        ),
    }
    assert not any(name.startswith("on") for name, _ in page.attributes)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_whom_it_reached_by_mistake_says_so_at_one_touch(lang: Tongue) -> None:
    text, _ = parts(written(lang=lang))
    assert f"{URL}/not-me" in text.splitlines()
    assert "ticket@lucie.example" in text


@pytest.mark.parametrize("lang", LANGS)
def test_no_more_mails_is_one_touch_too(lang: Tongue) -> None:
    raw = written(lang=lang)
    text, html = parts(raw)
    message = parsed(raw)
    assert f"{URL}/no-mail" in text.splitlines()
    assert f'href="{URL}/no-mail"' in html
    # RFC 8058
    assert str(message["List-Unsubscribe"]).strip() == f"<{URL}/no-mail>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_address_too_long_for_a_header_is_in_the_text_only() -> None:
    long = f"https://{'t' * 60}.example/r/ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    envelope = Envelope("t@lucie.example", "m@gmail.com", "1@till.example", SENT)
    raw = compose(GROCER, envelope, url=long, shop="Lucie", lang="fr")
    assert "List-Unsubscribe" not in parsed(raw)
    assert f"{long}/not-me" in parts(raw)[0]
    assert f"{long}/no-mail" in parts(raw)[0]


PHARMACY = GROCER.model_copy(
    update={"merchant": GROCER.merchant.model_copy(update={"naf": "4773Z"})}
)
PICTURED_PHARMACY = PHARMACY.model_copy(
    update={"picture": Picture(width=8, height=8, png=b64encode(PNG).decode())}
)


@pytest.mark.parametrize(
    ("receipt", "sensitive"),
    [(GROCER, True), (UNPROVEN, True), (PHARMACY, False), (PICTURED_PHARMACY, False)],
)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_of_goods_that_are_nobody_s_business_there_is_a_link_only(
    receipt: Receipt, *, sensitive: bool, lang: Tongue
) -> None:
    raw = written(receipt, sensitive=sensitive, lang=lang)
    message = parsed(raw)
    text, html = parts(raw)
    everything = " ".join([text, html, *map(str, message.values())])
    for item in receipt.items:
        assert item.label not in everything
    for line in receipt.lines:
        assert not line.strip() or line.strip() not in everything
    if receipt.number:
        assert receipt.number not in everything.replace(URL, "")
    for amount in ("42,17", "42.17", "€"):
        assert amount not in everything
    assert "image/png" not in {part.get_content_type() for part in message.walk()}
    assert URL in text
    assert f'href="{URL}"' in html
    said = {"fr": "Par discrétion", "en": "For discretion"}[lang]
    assert said in text
    assert said in html


def test_another_trade_is_shown_whole() -> None:
    text, html = parts(written())
    assert "Par discrétion" not in text + html
    assert "Pommes Reinette" in text


def _pictured(lines: tuple[str, ...] = ()) -> Receipt:
    reading = Reading(engine="tesseract 5.3.0", confidence=0.9) if lines else None
    picture = Picture(width=608, height=900, png=b64encode(PNG).decode())
    return Receipt(lines=lines, reading=reading, picture=picture)


def test_a_receipt_that_is_a_picture_is_shown_in_the_mail_itself() -> None:
    raw = written(_pictured())
    text, related = parsed(raw).iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(related, EmailMessage)
    html, picture = related.iter_parts()
    assert isinstance(html, EmailMessage)
    assert isinstance(picture, EmailMessage)
    assert related.get_content_type() == "multipart/related"
    assert picture.get_content_type() == "image/png"
    assert picture.get_content() == PNG
    assert picture.get_content_disposition() == "inline"
    cid = str(picture["Content-ID"]).strip("<>")
    page = Page(html.get_content())
    assert page.tags.count("img") == 1
    assert ("src", f"cid:{cid}") in page.attributes
    assert ("alt", "Image du ticket") in page.attributes
    assert "en image\u00a0: elle est jointe" in text.get_content()
    assert raw == written(_pictured())


def test_text_that_a_machine_read_is_told_as_such() -> None:
    text, related = parsed(written(_pictured(("TOTAL 12,50",)))).iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(related, EmailMessage)
    said = " ".join(text.get_content().split())
    assert "lu par une machine" in said
    assert "l’image fait foi : TOTAL 12,50" in said
    html = next(iter(related.iter_parts()))
    assert isinstance(html, EmailMessage)
    assert "lu par une machine" in html.get_content()


def test_the_same_receipt_gives_the_same_bytes() -> None:
    assert written() == written()
    assert written() != written(message_id="01235@till.lucie.example")


@pytest.mark.parametrize(
    "recipient",
    [
        "marie@gmail.com\r\nBcc: thief@evil.example",
        "marie@gmail.com, thief@evil.example",
        "marie@gmail.com\nSubject: x",
        "<marie@gmail.com>",
        "marie@gmail.com\x00",
        "mariegmail.com",
        "",
    ],
)
def test_a_recipient_that_is_more_than_one_address_is_refused(recipient: str) -> None:
    with pytest.raises(ValueError, match="recipient"):
        written(recipient=recipient)


GOOD = Envelope("a@b.example", "c@d.example", "1@e", SENT)


@pytest.mark.parametrize(
    ("envelope", "named"),
    [
        (replace(GOOD, sender="a@b.example\r\nBcc: c@d.example"), "sender"),
        (replace(GOOD, sender="Lucie <a@b.example>"), "sender"),
        (replace(GOOD, message_id="a@b>\r\nX: y"), "message_id"),
        (replace(GOOD, message_id="no at"), "message_id"),
        (replace(GOOD, date=dt.datetime(2026, 11, 21)), "date"),  # noqa: DTZ001 -- the naive date is the case
    ],
)
def test_a_hostile_envelope_is_refused(envelope: Envelope, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        compose(GROCER, envelope, url=URL, shop="x", lang="fr")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", 'https://a"onclick="x', "https://a\r\nb", ""]
)
def test_a_page_must_be_a_web_address(url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        compose(GROCER, GOOD, url=url, shop="x", lang="fr")


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("\r\n\x00\x1b\x85\u2028\u202e\ud800<>&\"';:,@=?_ "),
        st.characters(),
    ),
    max_size=90,
)


@settings(max_examples=60, deadline=None)
@given(shop=HOSTILE, label=HOSTILE, line=HOSTILE, number=HOSTILE)
def test_no_text_of_a_receipt_can_add_a_header_a_part_or_a_tag(
    shop: str, label: str, line: str, number: str
) -> None:
    hostile = GROCER.model_copy(
        update={
            "items": (Item(label=label, amount=1),),
            "lines": (line, "\r\n.\r\nBcc: thief@evil.example\r\n\r\n<script>"),
            "number": number,
            "currency": number[:3],
        }
    )
    raw = written(hostile, shop=shop)
    message = parsed(raw)
    assert sorted(message.keys()) == sorted(HEADERS)
    assert str(message["To"]) == "marie@gmail.com"
    assert message["From"].addresses[0].addr_spec == "ticket@lucie.example"
    assert len(message["From"].addresses) == 1
    page = Page(parts(raw)[1])
    calm = Page(parts(written())[1])
    assert set(page.tags) <= set(calm.tags)
    names = {name for name, _ in page.attributes} | {"type"}
    assert names == {name for name, _ in calm.attributes}
