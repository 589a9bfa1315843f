"""The mention of the guarantee is in every rendering that we make of such a receipt."""

from __future__ import annotations

import asyncio
import datetime as dt
import email
import email.policy
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from agent.ids import page_token
from agent.letters import mail
from agent.letters.view import MAX_LINES
from agent.paper import html
from agent.profiles.model import Profile
from agent.wire import mentions
from agent.wire.mentions import KEPT, lacking
from agent.wire.receipt import Mention, Receipt
from agent.worker.tasks import understand
from rcu.pages import PageRules, ReceiptPages
from rcu.plain import plain
from rcu.records import Shown
from rcu.view import view
from rcu.words import Lang

SENTENCE = KEPT["guarantee"].says
TOKEN = page_token(bytes(16))
AT = dt.datetime(2026, 7, 13, 17, 40, tzinfo=dt.UTC)
SALE = (
    "MAISON EXEMPLE",
    "PERCEUSE 18V   129,00",
    "TOTAL TTC   129,00 EUR",
    "CB   129,00",
)
MENTION = ("GARANTIE LEGALE DE", "CONFORMITE : 2 ANS")


def receipt(lines: tuple[str, ...], *mentions: str, **more: Any) -> Receipt:
    said = {"kind": "sale", "total": 12_900, "lines": lines, "mentions": mentions}
    return Receipt.model_validate({**said, **more})


PROVEN = {
    "items": [{"label": "PERCEUSE 18V", "amount": 12_900}],
    "verdict": {"level": "V2"},
}
RECEIPTS: Mapping[str, Receipt] = {
    "printed, over two lines": receipt((*SALE, *MENTION), "guarantee"),
    "known by a map only": receipt(SALE, "guarantee"),
    "cut off with the paper's end": receipt(
        (*SALE, *(f"LIGNE {n}" for n in range(MAX_LINES)), *MENTION), "guarantee"
    ),
    "without lines": receipt((), "guarantee", **PROVEN),
    "with sums that hold": receipt(SALE, "guarantee", **PROVEN),
}


def stated(rendering: str, mention: Mention = "guarantee") -> bool:
    return mentions.stated(mention, rendering)


def mail_part(document: Receipt, kind: str, lang: str) -> str:
    envelope = mail.Envelope(
        "tickets@example.org", "anna@example.org", "1@example.org", AT
    )
    raw = mail.compose(
        document,
        envelope,
        url="https://tickets.example/r/A",
        shop="Maison Exemple",
        lang="fr" if lang == "fr" else "en",
    )
    message = email.message_from_bytes(raw, policy=email.policy.default)
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def page(document: Receipt, lang: str) -> str:
    """The customer's page at the RCU, as a browser gets it."""

    class Pages:
        async def open(self, _: bytes) -> Shown:
            return Shown(document, 0, 0)

    async def got() -> str:
        pages = ReceiptPages(
            Pages(),  # type: ignore[arg-type]  # it asks nothing else
            PageRules("fr", 90, 5, 3),
        )
        app = Starlette(routes=[Route("/r/{token}", pages.receipt)])
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://rcu") as rcu:
            answer = await rcu.get(f"/r/{TOKEN}?lang={lang}")
        assert answer.status_code == 200
        return answer.text

    return asyncio.run(got())


def text_of_page(document: Receipt, lang: str) -> str:
    known: Lang = "fr" if lang == "fr" else "en"
    return plain(view(Shown(document, 0, 0), known, 90))


RENDERINGS: Mapping[str, Callable[[Receipt, str], str]] = {
    "mail, text": lambda document, lang: mail_part(document, "plain", lang),
    "mail, HTML": lambda document, lang: mail_part(document, "html", lang),
    "page at the RCU": page,
    "text of the page": text_of_page,
}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("rendering", RENDERINGS)
@pytest.mark.parametrize("which", RECEIPTS)
def test_every_rendering_says_it(rendering: str, which: str, lang: str) -> None:
    assert stated(RENDERINGS[rendering](RECEIPTS[which], lang))


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("rendering", RENDERINGS)
def test_none_says_it_of_other_goods(rendering: str, lang: str) -> None:
    assert not stated(RENDERINGS[rendering](receipt(SALE, **PROVEN), lang))


MODES: Mapping[Mention, str] = {
    "training": "*** MODE ECOLE ***",
    "degraded": "MODE DEGRADE",
    "provisional": "NOTE PROVISOIRE",
}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("rendering", RENDERINGS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shown", ["printed", "cut off", "no lines"])
def test_training_degraded_and_provisional_stay_in_every_rendering(
    mode: Mention, shown: str, rendering: str, lang: str
) -> None:
    """R33; BOI-TVA-DECLA-30-10-30."""
    long = tuple(f"LIGNE {n}" for n in range(MAX_LINES))
    lines = {
        "printed": (*SALE, MODES[mode]),
        "cut off": (*SALE, *long, MODES[mode]),
        "no lines": (),
    }[shown]
    document = receipt(lines, mode, **PROVEN)
    assert stated(RENDERINGS[rendering](document, lang), mode)


PARAMS = {"profile": "default", "country": "FR"}


def strip_of(*lines: str, known: str = "") -> str:
    job = "".join(f"{line}\n" for line in lines).encode()
    return understand({**PARAMS, "known": known}, job).parts[1].decode()


def test_the_strip_on_the_screens_says_it_as_printed() -> None:
    strip = strip_of(*SALE, *MENTION)
    assert stated(strip)
    assert SENTENCE["fr"] not in strip, "once is enough"


def test_a_strip_whose_goods_a_map_knows_says_it_below() -> None:
    known = profile(goods=[{"words": ["PERCEUSE"], "category": "tools"}])
    assert SENTENCE["fr"] in strip_of(*SALE, known=known)
    assert not stated(strip_of(*SALE))


def test_a_strip_that_was_cut_says_it_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MAX_CHARACTERS", 90)
    strip = strip_of(*SALE, *(f"LIGNE {n}" for n in range(40)), *MENTION)
    assert "CONFORMITE" not in strip
    assert SENTENCE["fr"] in strip


def profile(**sections: Any) -> str:
    said = {"schema": "profile/1", "name": "test", **sections}
    return Profile.model_validate(said).model_dump_json(by_alias=True)


@pytest.mark.parametrize(
    "text",
    [
        "Garantie légale de conformité",
        "<b>GARANTIE</b> <i>LÉGALE</i>",
        "<div>GARANTIE LEGALE</div><div>DE CONFORMITE</div>",
        "garantie\u00a0légale",
        "l&eacute;gale de conformit&eacute;",
        "G<b>ARANTIE LEGALE</b>",
        "the legal guarantee of conformity",
    ],
)
def test_it_is_found_however_it_is_set(text: str) -> None:
    assert stated(text)
    assert lacking({"guarantee"}, text, "fr") == ()


@pytest.mark.parametrize("text", ["", "GARANTIE 2 ANS", "échange sous 30 jours"])
def test_other_words_are_none(text: str) -> None:
    assert lacking({"guarantee"}, text, "en") == (SENTENCE["en"],)
    assert lacking({"exchange"}, text, "en") == ()


@pytest.mark.parametrize("mention", KEPT)
def test_each_sentence_says_what_it_is_there_for(mention: Mention) -> None:
    for sentence in KEPT[mention].says.values():
        assert stated(sentence, mention)


def test_what_is_added_says_existence_and_duration() -> None:
    for sentence, years in (
        (SENTENCE["fr"], "deux ans"),
        (SENTENCE["en"], "two years"),
    ):
        assert stated(sentence)
        assert years in sentence
