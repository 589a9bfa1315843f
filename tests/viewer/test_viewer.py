"""The real page in a real browser, from a static host: what it shows, asks and saves."""

from __future__ import annotations

import json
import re

import pytest

from agent.qr.discreet import held
from agent.qr.encode import reduced
from agent.qr.keylist import shards, signed
from agent.qr.symbol import TARGETS, TargetName
from agent.wire import ekabs
from agent.wire.holding import NotHeldError
from agent.wire.receipt import Receipt
from tests.qr import rig
from tests.qr.camera import by_zxing, drawn, seen
from tests.qr.make_vectors import PAPERS, coded
from tests.screens.judge import violations
from tests.viewer.conftest import CASES, Opens, data, downloaded
from tests.viewer.host import VIEWER, Host

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
GOOD = [name for name, case in CASES.items() if "receipt" in case]
BAD = [name for name, case in CASES.items() if "problem" in case]
WHOLE = "with a code for returns"


@pytest.mark.parametrize("name", GOOD)
async def test_the_browser_reads_the_receipt_that_python_reads(
    opens: Opens, name: str
) -> None:
    case = CASES[name]
    async with opens(case["url"]) as page:
        assert await page.get_attribute("[data-ready]", "data-ready") == case["trust"]
        assert await page.get_attribute(".seal", "data-trust") == case["trust"]
        read = Receipt.model_validate(await data(page))
    assert read == Receipt.model_validate(case["receipt"])


@pytest.mark.parametrize("name", BAD)
async def test_what_is_no_receipt_gets_a_clear_word_and_shows_nothing(
    opens: Opens, name: str
) -> None:
    async with opens(CASES[name]["url"]) as page:
        ready = await page.get_attribute("[data-ready]", "data-ready")
        assert ready == CASES[name]["problem"]
        assert await page.locator(".strip").count() == 0
        title, why = await page.locator("h1, main p").all_inner_texts()
        assert len(title) > 10
        assert len(why) > 20


async def test_the_code_for_a_return_stands_above_the_strip(opens: Opens) -> None:
    async with opens(CASES[WHOLE]["url"]) as page:
        code = await page.locator(".return figure").bounding_box()
        strip = await page.locator(".strip").bounding_box()
    assert code is not None
    assert strip is not None
    assert code["y"] + code["height"] <= strip["y"]


async def test_the_four_standings_have_words_of_their_own(opens: Opens) -> None:
    said = set()
    for name in (
        WHOLE,
        "an unknown key",
        "a revoked key",
        "a key that was out of its term",
    ):
        async with opens(CASES[name]["url"]) as page:
            said.add(await page.inner_text(".seal strong"))
    async with opens(CASES["a changed figure"]["url"]) as page:
        said.add(await page.inner_text("h1"))
    assert said == {
        "Émetteur vérifié",
        "Émetteur inconnu\u00a0: non vérifié",
        "Clé révoquée\u00a0: non vérifié",
        "Hors de la période de la clé\u00a0: non vérifié",
        "Ce ticket a été modifié",
    }


async def test_nothing_is_asked_for_but_its_own_files_and_the_fragment_stays(
    opens: Opens, host: Host
) -> None:
    requests: list[str] = []
    async with opens(CASES["nothing"]["url"]) as page:
        page.on("request", lambda asked: requests.append(asked.url))
        await page.goto(host.page(CASES[WHOLE]["url"]))
        await page.wait_for_selector(".strip")
        await page.reload()
        await page.wait_for_selector(".strip")
        await data(page)
        cookies = await page.context.cookies()
        kept = await page.evaluate("localStorage.length + sessionStorage.length")
    digits = CASES[WHOLE]["url"].partition("#")[2]
    static = {f"/r/{p.relative_to(VIEWER)}" for p in VIEWER.rglob("*") if p.is_file()}
    static |= {"/r", "/r/keys.json", "/r/root.json"}
    asked = {line.removeprefix("GET ") for line in host.heard}
    assert asked <= static
    assert not any(digits[:12] in line for line in host.heard)
    own = [url for url in requests if not url.startswith("blob:")]
    assert all(url.startswith(f"{host.url}/r") for url in own)
    assert (cookies, kept) == ([], 0)


async def test_offline_it_opens_from_what_the_worker_has_kept(
    opens: Opens, host: Host
) -> None:
    async with opens(CASES[WHOLE]["url"], workers="allow") as page:
        await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        # Asked once: the page's own policy forbids the evaluation that polling needs.
        await page.evaluate(
            "() => navigator.serviceWorker.controller !== null || new Promise((done) =>"
            " navigator.serviceWorker.addEventListener('controllerchange', () => done(true)))"
        )
        await page.context.set_offline(offline=True)
        heard = len(host.heard)
        await page.goto(host.page(CASES["a bakery"]["url"]))
        await page.reload()
        await page.wait_for_selector('[data-trust="verified"]')
        assert "Émetteur vérifié" in await page.inner_text(".seal")
        assert len(host.heard) == heard
        await page.context.set_offline(offline=False)


async def test_a_host_that_cannot_send_the_header_still_keeps_its_folder(
    opens: Opens, host: Host
) -> None:
    host.allows = False
    async with opens(CASES[WHOLE]["url"], workers="allow") as page:
        scope = await page.evaluate(
            "new Promise((done) => { const look = async () => { const found = "
            "await navigator.serviceWorker.getRegistrations(); if (found.length) "
            "done(found[0].scope); else setTimeout(look, 50); }; look(); })"
        )
    assert scope == f"{host.url}/r/"


async def test_a_list_in_shards_is_read_by_one_digit_of_the_key(
    opens: Opens, host: Host
) -> None:
    for name, part in shards(rig.LIST).items():
        host.lists[name] = signed(part, rig.OFFICE)
    async with opens(CASES["with the shop from the list"]["url"]) as page:
        assert await page.get_attribute(".seal", "data-trust") == "verified"
        assert "AU PANIER" in await page.inner_text("h1")
    asked = {line for line in host.heard if "keys" in line}
    assert asked == {"GET /r/keys.json", f"GET /r/keys-{rig.TILL.kid[0]}.json"}
    async with opens(CASES["an unknown key"]["url"]) as page:
        assert await page.get_attribute(".seal", "data-trust") == "unknown_key"


async def test_a_strangers_texts_stay_texts(opens: Opens) -> None:
    evil = "<img src=x onerror=document.title='hacked'>\u202e</p>"
    receipt = rig.paper(119, land="FR")
    spoilt = receipt.model_copy(
        update={
            "items": tuple(
                item.model_copy(update={"label": evil, "unit": evil})
                for item in receipt.items
            ),
            "merchant": receipt.merchant.model_copy(update={"name": evil}),
            "number": evil,
            "currency": "<b>",
        }
    )
    async with opens(coded(spoilt, rig.issuer()).url) as page:
        assert "<img src=x" in await page.inner_text(".items tbody tr:first-child")
        assert await page.locator("main img, main b b, main script").count() == 0
        assert "\u202e" not in await page.inner_text("body")
        assert "hacked" not in await page.title() or "<img" in await page.title()


async def test_on_paper_there_is_the_receipt_and_nothing_to_touch(opens: Opens) -> None:
    async with opens(CASES[WHOLE]["url"]) as page:
        await page.emulate_media(media="print")
        for gone in (".bar", ".keepcard", ".foot"):
            assert not await page.locator(gone).is_visible()
        for kept in (".seal", ".strip", ".bars", "h1"):
            assert await page.locator(kept).is_visible()


async def test_without_a_list_it_says_that_nothing_is_verified_yet(
    opens: Opens, host: Host
) -> None:
    for broken in (b"{}", b"nonsense", _unsigned(host)):
        host.lists["keys.json"] = broken
        async with opens(CASES["without a dictionary"]["url"]) as page:
            assert await page.get_attribute(".seal", "data-trust") == "unchecked"
            assert "Pas encore vérifié" in await page.inner_text(".seal")


def _unsigned(host: Host) -> bytes:
    """A list in which one letter was changed."""
    told = json.loads(host.lists["keys.json"])
    at = len(told["payload"]) // 2
    letter = "A" if told["payload"][at] != "A" else "B"
    told["payload"] = told["payload"][:at] + letter + told["payload"][at + 1 :]
    return json.dumps(told).encode()


async def test_a_swapped_dictionary_is_not_believed(opens: Opens, host: Host) -> None:
    content = (VIEWER / "d" / "1.bin").read_bytes()
    host.lists["d/1.bin"] = content.replace(b"BEURRE", b"CAVIAR")
    async with opens(CASES[WHOLE]["url"]) as page:
        ready = await page.get_attribute("[data-ready]", "data-ready")
    assert ready == "dictionary"


@pytest.mark.parametrize("name", ["a supermarket", "a German till", "a refund"])
async def test_ekabs_is_the_document_that_the_agent_writes(
    opens: Opens, name: str
) -> None:
    receipt = Receipt.model_validate(CASES[name]["receipt"])
    async with opens(CASES[name]["url"]) as page:
        file, content = await downloaded(page, "EKaBS (.json)")
    assert re.fullmatch(r"ticket-[\w-]+\.ekabs\.json", file)
    assert json.loads(content) == ekabs.to_ekabs(receipt)


async def test_a_document_that_ekabs_does_not_hold_has_no_such_button(
    opens: Opens,
) -> None:
    name = "a gift receipt, whose sums are not there"
    with pytest.raises(NotHeldError):
        ekabs.to_ekabs(Receipt.model_validate(CASES[name]["receipt"]))
    async with opens(CASES[name]["url"]) as page:
        assert await page.get_by_role("button", name="EKaBS").count() == 0


async def test_the_text_holds_every_line_and_the_total(opens: Opens) -> None:
    async with opens(CASES[WHOLE]["url"]) as page:
        _, text = await downloaded(page, "Texte (.txt)")
    for item in CASES[WHOLE]["receipt"]["items"]:
        assert item["label"] in text
    assert "75,46\u00a0€" in text
    assert "Émetteur vérifié" in text


async def test_what_did_not_fit_is_said_and_leads_to_the_page_of_the_original(
    opens: Opens,
) -> None:
    case = CASES["more lines than fit"]
    async with opens(case["url"]) as page:
        gone = case["left"]["lines"] - case["left"]["at"]
        assert f"… et {gone} autres lignes" in await page.inner_text(".more")
        target = await page.get_attribute(".more a", "href")
    assert target == "/r/AAAQEAYEAUDAOCAJBIFQYDIOB4"


@pytest.mark.parametrize(
    ("lang", "scheme"),
    [
        ("fr-FR", "light"),
        ("en-GB", "dark"),
        ("es-ES", "light"),
        ("de-DE", "dark"),
        ("ar-EG", "light"),
        ("ar-EG", "dark"),
    ],
)
async def test_axe_finds_nothing_in_any_language_by_day_or_night(
    opens: Opens, lang: str, scheme: str
) -> None:
    for name in (WHOLE, "a revoked key", "more lines than fit", "a changed figure"):
        async with opens(
            CASES[name]["url"], width=360, lang=lang, scheme=scheme
        ) as page:
            said = await page.get_attribute("html", "lang")
            assert said == lang[:2]
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 360
            assert await violations(page) == []


async def test_targets_are_large_enough_for_a_thumb(opens: Opens) -> None:
    async with opens(CASES[WHOLE]["url"], width=360) as page:
        sizes = await page.evaluate(
            """[...document.querySelectorAll("button, select, .more a")]
            .map((each) => Math.min(each.offsetHeight, each.offsetWidth))"""
        )
    assert min(sizes) >= 48


async def test_the_language_is_changed_without_losing_the_receipt(opens: Opens) -> None:
    async with opens(CASES[WHOLE]["url"]) as page:
        before = page.url
        await page.select_option("select", "ar")
        assert await page.get_attribute("html", "dir") == "rtl"
        assert await page.locator(".items tbody tr").count() == 14
        await page.keyboard.press("Escape")
        await page.locator(".skip").focus()
        await page.keyboard.press("Enter")
        assert page.url == before


async def test_another_symbol_in_the_same_tab_replaces_the_receipt(
    opens: Opens, host: Host
) -> None:
    async with opens(CASES[WHOLE]["url"]) as page:
        await page.goto(host.page(CASES["a changed figure"]["url"]))
        await page.wait_for_selector('[data-ready="changed"]')
        assert await page.locator(".strip").count() == 0


@pytest.mark.parametrize("target", list(TARGETS))
@pytest.mark.parametrize("name", ["a supermarket", "a restaurant", "a German till"])
async def test_from_the_till_through_a_camera_to_the_page(
    opens: Opens, name: str, target: TargetName
) -> None:
    receipt = rig.paper(*PAPERS[name])
    made = coded(receipt, rig.issuer(), target)
    sharp = drawn(made, TARGETS[target])
    frames = (by_zxing(seen(sharp, target, seed)) for seed in range(10))
    address = next(text for text in frames if text)
    async with opens(address) as page:
        assert await page.get_attribute(".seal", "data-trust") == "verified"
        assert Receipt.model_validate(await data(page)) == reduced(
            held(receipt), made.detail
        )
        shown = await page.locator(".items tbody tr").count()
    assert shown == len(receipt.items)
    at = len(address) - 200
    other = address[:at] + str((int(address[at]) + 1) % 10) + address[at + 1 :]
    async with opens(other) as page:
        assert await page.get_attribute("[data-ready]", "data-ready") == "changed"


@pytest.mark.parametrize("lang", ["fr-FR", "de-DE", "ar-EG"])
async def test_letters_of_twice_the_size_and_a_narrow_window_still_fit(
    opens: Opens, lang: str
) -> None:
    for name in (WHOLE, "a German till", "more lines than fit", "a revoked key"):
        async with opens(CASES[name]["url"], width=320, lang=lang) as page:
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320
            await page.set_viewport_size({"width": 400, "height": 800})
            await page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 400
