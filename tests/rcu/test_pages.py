"""The customer's page says what the paper said, and nothing to anyone else."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import httpx
import pytest

from tests.rcu.conftest import Rcu
from tests.rcu.fakes import EXAMPLE, TOKEN, example, issued

NB = "\u00a0"


async def _page(rcu: Rcu, receipt: dict[str, Any] | None = None, **ask: str) -> str:
    answer = await rcu.till.post([issued(receipt=receipt)])
    assert answer.json()["counts"] == {"accepted": 1}, answer.text
    page = await rcu.client.get(f"/r/{TOKEN}", params=ask)
    assert page.status_code == 200
    return page.text


async def test_the_first_words_say_which_shop_when_and_how_much(rcu: Rcu) -> None:
    html = await _page(rcu)
    head = html[html.index("<header>") : html.index("</header>")]
    assert "<h1><bdi>Le Petit Marché</bdi></h1>" in head
    assert f"42,17{NB}€" in head
    assert f"samedi 21{NB}novembre 2026 à 17{NB}h{NB}42" in head
    assert '<time datetime="2026-11-21T17:42">' in head
    assert "<title>Votre ticket — Le Petit Marché, 42,17" in html


async def test_everything_on_the_paper_is_on_the_page(rcu: Rcu) -> None:
    html = await _page(rcu)
    for text in (
        "Huile d’olive vierge extra 75 cl",
        f"0,312{NB}kg{NB}× 23,75{NB}€/kg",
        f"\u22121,07{NB}€",
        "8 articles",
        f"5,5{NB}% (A)",
        f"32,21{NB}€",
        "Espèces",
        f"7,83{NB}€",
        "004217",
        f"900{NB}123{NB}456{NB}00015",
        "FR87900123456",
        "12 rue des Lilas",
        "20261121-0042-3-004217",
        "garantie légale de conformité",
        "Sommes vérifiées",
        "Merci de votre visite",
        f"jusqu’au 19{NB}février 2027",
    ):
        assert text in html, text


async def test_the_page_speaks_english_to_who_asks_for_it(rcu: Rcu) -> None:
    html = await _page(rcu, lang="en")
    assert '<html lang="en">' in html
    for text in ("€42.17", "8 items", "Sums checked", "Saturday 21", "17:42", "5.5%"):
        assert text in html, text
    assert "Comptes" not in html


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "fr"),
        ("nl", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("fr-CA;q=0.7,en;q=0.3", "fr"),
        ("nl,en;q=0.5,fr;q=0.5", "en"),
        ("en;q=0", "fr"),
        ("en;q=oops", "fr"),
    ],
)
async def test_the_browsers_language_is_heard(
    rcu: Rcu, accepted: str, lang: str
) -> None:
    page = await rcu.client.get("/", headers={"accept-language": accepted})
    assert f'<html lang="{lang}">' in page.text


async def _everything(rcu: Rcu) -> list[httpx.Response]:
    await rcu.till.post([issued()])
    paths = ("/", f"/r/{TOKEN}", f"/r/{'B' * 26}", "/r/x", "/elsewhere")
    files = (f"/r/{TOKEN}.json", f"/r/{TOKEN}.txt", f"/r/{'B' * 26}.json")
    return [await rcu.client.get(path) for path in (*paths, *files)]


async def test_every_answer_is_private_and_forbids_scripts_and_strangers(
    rcu: Rcu,
) -> None:
    for page in await _everything(rcu):
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert "script" not in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["cache-control"] == "private, no-store"
        assert page.headers["x-robots-tag"].startswith("noindex")
        assert "set-cookie" not in page.headers


PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256))).decode()
PICTURE = {"width": 608, "height": 900, "png": PNG}


async def test_a_receipt_that_is_a_picture_shows_it_from_the_page_itself(
    rcu: Rcu,
) -> None:
    html = await _page(rcu, {"picture": PICTURE})
    assert f'src="data:image/png;base64,{PNG}"' in html
    assert 'alt="L’image du ticket" width="608" height="900"' in html
    assert "voyez l’image du ticket" in html
    page = await rcu.client.get(f"/r/{TOKEN}")
    policy = page.headers["content-security-policy"]
    assert "; img-src data:; " in policy
    assert "unsafe" not in policy
    assert '<details class="card" open>' in html


async def test_text_that_a_machine_read_is_told_as_such(rcu: Rcu) -> None:
    reading = {"engine": "tesseract 5.3.0", "confidence": 0.92, "doubtful": [0]}
    receipt = {"picture": PICTURE, "reading": reading, "lines": ["TOTAL 12,50"]}
    html = await _page(rcu, receipt)
    assert "Lu par une machine dans l’image du ticket" in html
    assert "TOTAL 12,50" in html


@pytest.mark.parametrize("png", ['iVBORw0KGgo"><script>', "PHN2Zz4=", "iVBORw0KGgo\n"])
async def test_a_picture_that_is_no_picture_is_not_taken(rcu: Rcu, png: str) -> None:
    answer = await rcu.till.post([issued(receipt={"picture": {**PICTURE, "png": png}})])
    assert "accepted" not in answer.json()["counts"]


async def test_a_picture_that_nobody_read_is_not_called_a_text(rcu: Rcu) -> None:
    page = await _page(rcu, {"picture": PICTURE})
    assert "À comparer à l’image du ticket" in page
    assert "texte imprimé" not in page
    assert ".txt" not in page


async def test_only_a_page_with_a_picture_may_show_one(rcu: Rcu) -> None:
    for page in await _everything(rcu):
        assert "img-src" not in page.headers["content-security-policy"]


async def test_the_policy_allows_exactly_the_style_that_is_there(rcu: Rcu) -> None:
    for page in (await _everything(rcu))[:5]:
        (style,) = re.findall("<style>(.*?)</style>", page.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in page.headers["content-security-policy"]
        assert " style=" not in page.text


async def test_one_request_under_30_kb_and_nothing_from_elsewhere(rcu: Rcu) -> None:
    for page in (await _everything(rcu))[:5]:
        assert len(page.content) < 30_000
        assert not re.search(r"(src|srcset|data|poster|action)=", page.text)
        assert "@import" not in page.text
        assert "url(" not in page.text
        assert not re.search(r"(?:https?:)?//[a-z]", page.text)


HOSTILE = (
    "<script>alert(1)</script>",
    "\" onmouseover=\"x' autofocus=' />",
    "</pre></details><h1>owned</h1>",
    "{{ 7*7 }}{% raw %}",
    "\u202e24,71 €\u2066",
    "\x00\x1b[31m\x07bell",
    "a\u0301" * 60,
    "مقهى الزيتون",
    "-->]]><!--",
)


def _hostile(text: str) -> dict[str, Any]:
    receipt = example()
    receipt["merchant"] = {
        "name": text,
        "address": [text],
        "phone": text,
        "siret": text,
        "vat_id": text,
    }
    for name in ("number", "store", "till", "operator", "loyalty_card", "currency"):
        receipt[name] = text
    receipt["items"] = [{"label": text, "amount": 1, "unit": text, "quantity": "2"}]
    receipt["vat"] = [{"code": text, "gross": 1}]
    receipt["payments"] = [{"kind": "card", "label": text, "amount": 1}]
    receipt["codes"] = [{"system": text, "text": text}]
    receipt["lines"] = [text]
    return receipt


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_stays_text_everywhere(rcu: Rcu, text: str) -> None:
    calm = await _page(rcu)
    await rcu.till.post(
        [issued(2, token="B" * 26, receipt_id="r-2", receipt=_hostile(text))]
    )
    html = (await rcu.client.get(f"/r/{'B' * 26}")).text
    assert "<script" not in html
    assert "<h1>owned" not in html
    # No element and no attribute came in: the same names as on a calm page.
    names = set(re.findall(r"<([a-z0-9]+)", html.partition("<body>")[2]))
    attributes = set(re.findall(r"<[a-z0-9]+[^>]*? ([a-z-]+)=", html))
    assert names <= set(re.findall(r"<([a-z0-9]+)", calm))
    assert attributes <= set(re.findall(r"<[a-z0-9]+[^>]*? ([a-z-]+)=", calm))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", html)


async def test_letters_of_other_scripts_are_kept_and_kept_apart(rcu: Rcu) -> None:
    html = await _page(rcu, _hostile("مقهى الزيتون"))
    assert "<bdi>مقهى الزيتون</bdi>" in html


async def test_a_receipt_of_ten_thousand_lines_is_shown(rcu: Rcu) -> None:
    html = await _page(rcu, {**example(), "lines": ["x"] * 10_000})
    paper = re.search("<pre[^>]*>(.*?)</pre>", html, re.DOTALL)
    assert paper is not None
    assert paper[1].count("x") == 10_000


@pytest.mark.parametrize("count", [8, None])
@pytest.mark.parametrize("quantity", ["1E+999999", "1E-999999", "9" * 40, "0.0"])
async def test_a_monstrous_quantity_does_not_make_a_monstrous_page(
    rcu: Rcu, quantity: str, count: int | None
) -> None:
    items = [{"label": "x", "amount": 10**30, "quantity": quantity, "unit_price": 1}]
    receipt = {**example(), "items": items, "item_count": count}
    assert len(await _page(rcu, receipt)) < 30_000


async def test_articles_are_counted_where_the_paper_gives_no_count(rcu: Rcu) -> None:
    html = await _page(rcu, {**example(), "item_count": None}, lang="en")
    # Seven lines, one of them twice; a discount and a deposit are no articles.
    assert "<small>9 items</small>" in html


@pytest.mark.parametrize(
    ("rows", "heads", "cells"),
    [
        ([{"rate": 550, "vat": 177}, {"rate": 2000, "vat": 133}], ["VAT"], 2),
        ([{"rate": 550, "net": 1, "vat": 2}], ["Net", "VAT"], 2),
        ([{"rate": 550, "vat": 2}, {"code": "B", "gross": 0}], ["VAT", "Gross"], 4),
        ([{"rate": 550, "net": 1, "vat": 2, "gross": 3}], ["Net", "VAT", "Gross"], 3),
        ([{"rate": 550}], [], 0),
    ],
)
async def test_a_vat_column_that_the_paper_left_out_is_not_on_the_page(
    rcu: Rcu, rows: list[dict[str, int]], heads: list[str], cells: int
) -> None:
    html = await _page(rcu, {**example(), "vat": rows}, lang="en")
    found = re.search('<table class="vat">(.*?)</table>', html, re.DOTALL)
    assert found is not None
    assert re.findall('<th scope="col"[^>]*>([^<]*)<', found[1]) == ["Rate", *heads]
    assert found[1].count("<td") == cells
    assert found[1].count('<th scope="row"') == len(rows)


async def test_the_page_says_what_the_verdict_rests_on_and_what_is_open(
    rcu: Rcu,
) -> None:
    equations = [
        {"name": "A3", "holds": True},
        {"name": "A1", "holds": False, "gap": -36},
        {"name": "<b>", "holds": True},
    ]
    verdict = {"level": "V0", "equations": equations}
    html = (await _page(rcu, {**example(), "verdict": verdict})).replace("\xa0", " ")
    found = re.search('<details class="proof">(.*?)</details>', html, re.DOTALL)
    assert found is not None
    said = re.sub("<[^>]*>", "", found[1].replace("<li", "\n<li")).splitlines()
    assert said == [
        "Le détail de la vérification",
        "≠Articles et total : il manque 0,36 € (ne concorde pas)",
        "✓TVA et total (concorde)",
        "✓&lt;b&gt; (concorde)",
    ]
    english = await rcu.client.get(f"/r/{TOKEN}", params={"lang": "en"})
    assert "Items and total: €0.36" in english.text


async def test_what_the_paper_did_not_say_is_not_on_the_page(rcu: Rcu) -> None:
    html = await _page(rcu, {"kind": "other", "verdict": {"level": "V0"}})
    assert "Le montant n’a pas été lu" in html
    assert "À comparer au texte imprimé" in html
    assert "samedi 21" in html  # the day on which the till accepted it
    for absent in ("TVA", "Paiement", "Le magasin", "None", "<details"):
        assert absent not in html.partition("<body>")[2], absent


async def test_a_receipt_that_does_not_add_up_opens_the_paper(rcu: Rcu) -> None:
    html = await _page(rcu, {**example(), "verdict": {"level": "V0"}})
    assert '<details class="card" open>' in html


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"copy_mark": {"number": 2}}, f"Duplicata n°{NB}2"),
        ({"copy_mark": {}}, '<p class="copy">Duplicata</p>'),
        ({"kind": "refund", "total": -4217}, f"\u221242,17{NB}€"),
        ({"kind": "refund"}, "Ticket de remboursement"),
        ({"mentions": ["training"]}, "ce document n’est pas un ticket de caisse"),
        ({"mentions": ["training"]}, "<span>Essai en mode école</span>"),
        ({"mentions": ["degraded"]}, f"Mode dégradé{NB}: la caisse n’a pas pu"),
        ({"mentions": ["degraded"]}, "<span>Ticket en mode dégradé</span>"),
        ({"mentions": ["card_refused"]}, "rien n’a été débité"),
        ({"currency": "JPY"}, f"4\u202f217{NB}¥"),
        ({"currency": "TND"}, f"4,217{NB}TND"),
        ({"date": "2026-12-01", "time": None}, f"mardi 1er{NB}décembre 2026"),
        ({"item_count": 1}, "1 article<"),
        ({"rounding": -2}, f"\u22120,02{NB}€"),
    ],
)
async def test_a_document_says_what_it_is(
    rcu: Rcu, changes: dict[str, Any], text: str
) -> None:
    assert text in await _page(rcu, {**example(), **changes})


async def test_the_data_file_is_the_receipt_as_the_till_read_it(rcu: Rcu) -> None:
    await rcu.till.post([issued()])
    data = await rcu.client.get(f"/r/{TOKEN}.json")
    assert data.text == EXAMPLE.read_text(encoding="utf-8")
    assert data.headers["content-type"] == "application/json"
    assert data.headers["content-disposition"] == 'attachment; filename="ticket.json"'


async def test_the_text_file_is_the_paper(rcu: Rcu) -> None:
    await rcu.till.post([issued()])
    text = await rcu.client.get(f"/r/{TOKEN}.txt")
    assert text.text.splitlines() == [line.rstrip() for line in example()["lines"]]
    assert text.headers["content-type"] == "text/plain; charset=utf-8"


async def test_without_the_papers_lines_the_text_file_is_the_page(rcu: Rcu) -> None:
    await rcu.till.post([issued(receipt={**example(), "lines": []})])
    text = (await rcu.client.get(f"/r/{TOKEN}.txt")).text
    amounts = [line for line in text.splitlines() if line.endswith("€")]
    assert f"Total{' ' * 30}42,17{NB}€" in amounts
    assert {len(line) for line in amounts if line[0] != " "} == {42}


async def test_upper_and_lower_case_addresses_open_the_same_page(rcu: Rcu) -> None:
    html = await _page(rcu)
    for path in (f"/R/{TOKEN}", f"/r/{TOKEN.lower()}"):
        assert (await rcu.client.get(path)).text == html


async def test_a_receipt_on_its_way_is_404_and_looks_again_for_a_while(
    rcu: Rcu,
) -> None:
    address, seen = f"/r/{TOKEN}", 0
    while True:
        page = await rcu.client.get(address)
        assert page.status_code == 404
        assert "Votre ticket est en route" in page.text
        found = re.search(r'http-equiv="refresh" content="5; url=([^"]+)"', page.text)
        if found is None:
            break
        seen += 1
        address = "/r/" + found[1].replace("&amp;", "&")
    assert seen == 24
    assert f'href="{TOKEN}?lang=fr"' in page.text  # a button from then on
    await rcu.till.post([issued()])
    assert (await rcu.client.get(address)).status_code == 200


@pytest.mark.parametrize(
    "name", ["x", TOKEN[:-1], TOKEN + "A", "0" * 26, "%00" * 26, "é" * 26, "a/b"]
)
async def test_what_is_no_token_is_404_without_hope(rcu: Rcu, name: str) -> None:
    for suffix in ("", ".json", ".txt"):
        page = await rcu.client.get(f"/r/{name}{suffix}")
        assert page.status_code == 404
        assert "refresh" not in page.text
        assert "ne mène à aucun ticket" in page.text


@pytest.mark.parametrize("tried", ["-1", "9999", "x", "٣", "1e9", ""])
async def test_a_forged_count_of_tries_starts_again(rcu: Rcu, tried: str) -> None:
    page = await rcu.client.get(f"/r/{TOKEN}", params={"n": tried})
    assert "&amp;n=1" in page.text


async def test_health_says_whether_the_store_answers(rcu: Rcu) -> None:
    well = await rcu.client.get("/healthz")
    assert (well.status_code, well.json()) == (200, {"status": "ok"})
    async with rcu.store.ledger._database.transaction() as tx:
        await tx.execute("DROP TABLE height")
    ill = await rcu.client.get("/healthz")
    assert (ill.status_code, ill.json()) == (503, {"status": "store"})


async def test_only_codes_that_a_shop_scans_are_shown_for_a_return(rcu: Rcu) -> None:
    codes = [
        {"system": "QR", "text": "V0;955002-00;Kassenbeleg-V1", "role": "fiscal"},
        {"system": "CODE128", "text": "4217-0042", "role": "receipt"},
    ]
    page = await _page(rcu, {**example(), "codes": codes})
    assert 0 < page.index("4217-0042") < page.index("<article")
    assert page.count("<figure>") == 1
    assert "Kassenbeleg" not in page
