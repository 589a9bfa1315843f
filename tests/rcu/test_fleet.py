"""How tills are, as the RCU hears, keeps, judges and shows it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.wire.heartbeat import MAX_HEARTBEAT_BYTES, PATH
from agent.wire.signatures import content_digest
from rcu import fleet_commands
from rcu.app import build
from rcu.config import FleetSettings
from rcu.fleet import gate, selecting, troubles, view
from rcu.fleet.words import LANGS, TEXTS, TROUBLES
from rcu.seams import SystemClock, SystemEntropy
from rcu.store.fleet import MAX_CHANGES
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import EDGE, START_MS, FakeClock, run_command
from tests.rcu.fleet import MINUTE_MS, beat, fleet

LOCAL = "http://127.0.0.1:8480"


async def tell(rcu: Rcu, key: str = "k1", **more: Any) -> httpx.Response:
    body = beat(rcu.clock.ms, **more).model_dump_json().encode()
    return await send(rcu, body, key)


async def send(rcu: Rcu, body: bytes, key: str = "k1") -> httpx.Response:
    headers = {
        "authorization": f"Bearer {rcu.key}",
        "content-type": "application/json",
        "content-digest": content_digest(body),
        "idempotency-key": f'"{key}"',
    }
    answer = await rcu.client.post(PATH, content=body, headers=headers)
    await written(rcu)
    return answer


async def written(rcu: Rcu) -> None:
    transport = rcu.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    beats, _roller = transport.app.state.desk.services  # type: ignore[attr-defined]
    await beats.write()


async def standing(rcu: Rcu) -> dict[str, tuple[int, str]]:
    found = await rcu.store.fleet.fleet.pulses()
    return dict(found[EDGE].standing)


# -- heard and kept ------------------------------------------------------------------


async def test_a_beat_is_one_row_and_a_change_is_remembered(rcu: Rcu) -> None:
    assert (await tell(rcu)).status_code == 204
    rcu.clock.ms += MINUTE_MS
    began = rcu.clock.ms
    await tell(rcu, "k2", printer={"state": "out"})
    assert await standing(rcu) == {"printer.out": (began, "")}
    rcu.clock.ms += MINUTE_MS
    await tell(rcu, "k3", printer={"state": "out"})
    assert await standing(rcu) == {"printer.out": (began, "")}  # since when it began
    await tell(rcu, "k4", version="0.2.0")
    assert await standing(rcu) == {}
    told = await rcu.store.fleet.fleet.changes(EDGE)
    said = [(each.code, each.kind, each.detail) for each in told[:3]]
    assert said == [
        ("version", "became", "0.2.0"),
        ("printer.out", "ended", ""),
        ("printer.out", "began", ""),
    ]


async def test_a_beat_that_comes_twice_counts_once(rcu: Rcu) -> None:
    await tell(rcu, "k1")
    await tell(rcu, "k2", printer={"state": "out"})
    assert (await tell(rcu, "k1")).status_code == 204  # somebody plays it again
    assert "printer.out" in await standing(rcu)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"version": "1"}', 400),
        (b" " * (MAX_HEARTBEAT_BYTES + 1), 413),
    ],
)
async def test_what_is_no_beat_is_refused(rcu: Rcu, body: bytes, status: int) -> None:
    assert (await send(rcu, body)).status_code == status
    assert await rcu.store.fleet.fleet.pulses() == {}


async def test_a_stranger_is_not_heard(rcu: Rcu) -> None:
    body = beat().model_dump_json().encode()
    answer = await rcu.client.post(PATH, content=body)
    assert answer.status_code == 401
    headers = {"authorization": f"Bearer {rcu.key}", "idempotency-key": '"k"'}
    wrong = {**headers, "content-digest": content_digest(b"else")}
    answer = await rcu.client.post(PATH, content=body, headers=wrong)
    assert answer.status_code == 400


async def test_the_history_is_bounded(rcu: Rcu) -> None:
    for turn in range(MAX_CHANGES):
        rcu.clock.ms += MINUTE_MS
        state = "out" if turn % 2 else "ok"
        told = beat(rcu.clock.ms, printer={"state": state})
        before = (await rcu.store.fleet.fleet.pulses()).get(EDGE)
        noted = troubles.noted(EDGE, told, told.model_dump_json(), rcu.clock.ms, before)
        await rcu.store.fleet.fleet.note([noted])
    assert len(await rcu.store.fleet.fleet.changes(EDGE)) == MAX_CHANGES


async def test_a_silence_is_a_trouble_and_part_of_the_history(rcu: Rcu) -> None:
    await tell(rcu)
    heard = rcu.clock.ms
    rcu.clock.ms += 6 * MINUTE_MS
    pulses = await rcu.store.fleet.fleet.pulses()
    (till,) = view.tills([EDGE], pulses, {}, rcu.clock.ms)
    assert [(each.code, each.since_ms) for each in till.stands] == [("silent", heard)]
    await tell(rcu, "k2")
    told = await rcu.store.fleet.fleet.changes(EDGE)
    assert [(each.code, each.kind) for each in told[:2]] == [
        ("silent", "ended"),
        ("silent", "began"),
    ]


def test_a_till_that_beats_seldom_is_not_called_silent_soon() -> None:
    told = beat(every_s=3600.0)
    assert not troubles.silent(told, START_MS, START_MS + 3 * 3_600_000)
    assert troubles.silent(told, START_MS, START_MS + 5 * 3_600_000)


# -- words and order -----------------------------------------------------------------


def test_every_trouble_has_its_words_and_its_remedy_in_both_languages() -> None:
    assert set(TROUBLES) == set(troubles.LEVELS)
    for lang in LANGS:
        assert TEXTS[lang].keys() == TEXTS["fr"].keys()
        for each in TROUBLES.values():
            assert each.says(lang, "7")
            assert each.remedy(lang)


async def test_the_worst_comes_first_and_the_longest_of_the_worst(rcu: Rcu) -> None:
    await fleet(rcu.store, 80)
    edges = [edge for edge, _ in await rcu.store.tills.edges()]
    pulses = await rcu.store.fleet.fleet.pulses()
    found = view.tills(edges, pulses, {}, START_MS)
    levels = [till.level for till in found]
    assert levels == sorted(levels, reverse=True)
    assert levels[0] == 3
    assert levels[-1] == 0
    assert {"silent", "never"} <= {s.code for till in found for s in till.stands}


@pytest.mark.parametrize(
    ("selector", "count"),
    [
        ("all", 40),
        ("S0003", 4),
        ("S000*,T01", 40),
        ("T01", 10),
        ("nobody", 0),
        ("urn:edge:ENS1:S0001:*", 4),
        ("urn:edge:ENS1:S0001:T02", 1),
    ],
)
def test_a_selector_means_stores_tills_and_patterns(selector: str, count: int) -> None:
    edges = [f"urn:edge:ENS1:S{at // 4:04}:T{at % 4 + 1:02}" for at in range(40)]
    assert len(selecting.selected(edges, selector)) == count


def test_the_summary_is_english_that_is_spoken() -> None:
    assert view.summary([], "en") == "0 in trouble, 0 to keep an eye on, 0 well"


def test_stages_grow_and_end_with_all() -> None:
    assert selecting.counts(("1", "10%", "100%"), 250) == [1, 25, 250]
    assert selecting.counts(("1", "10%", "100%"), 2) == [1, 2]
    assert selecting.counts(("5",), 3) == [3]
    assert selecting.counts(("10%",), 30) == [3, 30]
    with pytest.raises(ValueError, match="write stages"):
        selecting.stages("some")


# -- who may look --------------------------------------------------------------------


async def invited(rcu: Rcu, name: str = "it", minutes: int = 10) -> str:
    token, now_ms = gate.make_token(SystemEntropy()), rcu.clock.ms
    await rcu.store.fleet.operators.invite(
        gate.digest(token), name, now_ms + minutes * MINUTE_MS, now_ms
    )
    return token


@asynccontextmanager
async def within(rcu: Rcu) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on this machine that came in."""
    async with httpx.AsyncClient(
        transport=rcu.client._transport, base_url=LOCAL
    ) as browser:
        answer = await browser.post(f"/fleet/in/{await invited(rcu)}")
        assert answer.status_code == 303
        yield browser


async def test_nobody_looks_without_a_link_and_a_link_is_good_once(rcu: Rcu) -> None:
    await fleet(rcu.store, 8)
    async with httpx.AsyncClient(
        transport=rcu.client._transport, base_url=LOCAL
    ) as browser:
        shut = await browser.get("/fleet")
        assert shut.status_code == 401
        assert "receipt-rcu operator link" in shut.text
        token = await invited(rcu)
        preview = await browser.get(f"/fleet/in/{token}")  # a mail scanner looks
        assert (preview.status_code, preview.cookies.get("fleet")) == (200, None)
        assert (await browser.post(f"/fleet/in/{token}")).status_code == 303
        shown = await browser.get("/fleet")
        assert shown.status_code == 200
        assert "S0001" in shown.text
        assert (await browser.post(f"/fleet/in/{token}")).status_code == 404
        assert (await browser.post("/fleet/out")).status_code == 303
        assert (await browser.get("/fleet")).status_code == 401


async def test_a_session_ends_by_time_by_command_and_by_another_site(
    rcu: Rcu,
) -> None:
    async with within(rcu) as browser:
        assert (await browser.get("/fleet")).status_code == 200
        rcu.clock.ms += 13 * 3_600_000
        assert (await browser.get("/fleet")).status_code == 401
    async with within(rcu) as browser:
        await rcu.store.fleet.operators.shut_out(None)
        assert (await browser.get("/fleet")).status_code == 401
        token = await invited(rcu)
        foreign = {"sec-fetch-site": "cross-site"}
        answer = await browser.post(f"/fleet/in/{token}", headers=foreign)
        assert answer.status_code == 404
        rcu.clock.ms += 11 * MINUTE_MS
        assert (await browser.get(f"/fleet/in/{token}")).status_code == 404


async def test_a_proxy_shows_the_fleet_only_where_it_is_meant_to(rcu: Rcu) -> None:
    async with within(rcu) as browser:
        proxied = {"x-forwarded-for": "203.0.113.9"}
        assert (await browser.get("/fleet", headers=proxied)).status_code == 404
        outside = {"host": "tickets.enseigne.example"}
        assert (await browser.get("/fleet", headers=outside)).status_code == 404
        rebound = {"host": "127.0.0.1.evil.example"}
        assert (await browser.get("/fleet", headers=rebound)).status_code == 404
    said = FleetSettings(url="https://fleet.enseigne.example")
    settings = rcu.settings.model_copy(update={"fleet": said})
    app = build(rcu.store, settings, rcu.clock)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=said.url
    ) as browser:
        answer = await browser.post(
            f"/fleet/in/{await invited(rcu)}",
            headers={"x-forwarded-for": "203.0.113.9"},
        )
        assert answer.status_code == 303
        kept = answer.headers["set-cookie"]
        for word in ("Secure", "HttpOnly", "SameSite=strict", "Path=/fleet"):
            assert word in kept
        local = {"host": "127.0.0.1:8480"}
        assert (await browser.get("/fleet", headers=local)).status_code == 404


async def test_guesses_are_counted(rcu: Rcu) -> None:
    async with httpx.AsyncClient(
        transport=rcu.client._transport, base_url=LOCAL
    ) as browser:
        answers = [
            (await browser.get(f"/fleet/in/{'A' * 31}{letter}")).status_code
            for letter in "ABCDEFGHIJKL"
        ]
        assert answers[:10] == [404] * 10
        assert answers[10:] == [429] * 2


# -- shown ---------------------------------------------------------------------------


async def test_the_table_can_be_searched_filtered_and_turned(rcu: Rcu) -> None:
    await fleet(rcu.store, 240)
    async with within(rcu) as browser:
        first = (await browser.get("/fleet")).text
        assert first.count('<tr role="row"><th scope="row"') == 100
        assert "à dépanner" in first
        assert 'rel="next"' in first
        last = (await browser.get("/fleet?page=2")).text
        assert last.count('<tr role="row"><th scope="row"') == 40
        store = (await browser.get("/fleet?q=s0001")).text
        assert store.count('<tr role="row"><th scope="row"') == 4
        bad = (await browser.get("/fleet?show=troubles&lang=en")).text
        assert "All is well" not in bad
        assert "The printer is out of paper" in bad
        assert "Put in a roll" in bad
        none = (await browser.get("/fleet?q=nothing")).text
        assert "Aucune caisse ne correspond" in none


async def test_the_page_of_a_till_has_its_history_and_nothing_becomes_markup(
    rcu: Rcu,
) -> None:
    await tell(rcu)
    evil = "<script>x</script>"
    warned = {"agent.sync.uplink": 3}
    await tell(rcu, "k2", printer={"state": "out"}, rules=evil, warnings=warned)
    async with within(rcu) as browser:
        said = (await browser.get(f"/fleet/till/{EDGE}")).text
        assert "<script>" not in said
        assert "&lt;script&gt;" in said
        assert "agent.sync.uplink 3" in said
        assert said.count("plus de papier") >= 2  # now, and in the history
        other = await browser.get("/fleet/till/urn:edge:ENS1:S9:T9")
        assert other.status_code == 404
        page = await browser.get("/fleet")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script" not in policy


# -- commands ------------------------------------------------------------------------


def test_commands_show_the_tills_and_let_somebody_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "rcu.toml"
    config.write_text('[store]\ndirectory = "data"\n[server]\nport = 9\n')
    at = ("--config", str(config))
    assert run_command("enrol", EDGE, *at) == 0
    capsys.readouterr()
    assert run_command("tills", *at) == 0
    said = capsys.readouterr().out
    assert "jamais annoncée" in said
    assert "has never been heard" in said
    assert run_command("tills", "--json", *at) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["till"] == EDGE
    assert told["troubles"][0]["remedy"]["en"]
    assert run_command("operator", "link", "--name", "lea", *at) == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith("http://127.0.0.1:9/fleet/in/")
    assert run_command("operator", "out", *at) == 0
    assert "1 links" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["--set", "printer.link=tcp://203.0.113.9"], "print elsewhere"),
        (["--set", "choice.window_s=1"], "takes 3 to 300"),
        (["--set", "screens.accent=red"], "takes a colour as #"),
        (["--set", "ocr.languages=f"], "languages as fra+eng"),
        (["choice.window_s"], "KEY=VALUE"),
        ([], "nothing is to be set"),
        (["--set", "choice.window_s=9", "--stages", "many"], "write stages"),
    ],
)
def test_what_may_not_be_ordered_does_not_even_travel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], said: list[str], why: str
) -> None:
    config = tmp_path / "rcu.toml"
    config.write_text('[store]\ndirectory = "data"\n')
    assert run_command("configure", *said, "--config", str(config)) == 78
    assert why in capsys.readouterr().err


@pytest.fixture
def at(tmp_path: Path) -> tuple[str, str]:
    config = tmp_path / "rcu.toml"
    config.write_text('[store]\ndirectory = "data"\n')
    return "--config", str(config)


@pytest.mark.parametrize(
    "asked",
    [
        ("tills",),
        ("orders",),
        ("reconcile",),
        ("operator", "list"),
        ("operator", "out"),
        ("revoke", "--till", EDGE),
        ("configure", "--set", "choice.window_s=9"),
        ("configure", "--stop", "1"),
    ],
)
def test_a_command_that_looks_where_nothing_is_makes_nothing(
    at: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    asked: tuple[str, ...],
) -> None:
    assert run_command(*asked, *at) == 70
    assert "no database there; has `receipt-rcu serve`" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_a_selector_that_means_no_till_is_refused_and_nothing_is_kept(
    at: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("enrol", EDGE, *at) == 0
    setting = ("--set", "choice.window_s=9")
    assert run_command("configure", "--tills", "S99*", *setting, *at) == 78
    assert "'S99*' means none of the 1 tills" in capsys.readouterr().err
    assert run_command("tills", *at) == 0
    assert "roll-out" not in capsys.readouterr().out
    assert run_command("configure", "--tills", "S0*", *setting, *at) == 0
    assert "roll-out 1, for 1 till;" in capsys.readouterr().err
    assert run_command("tills", *at) == 0
    assert "roll-out 1  waiting" in capsys.readouterr().out


def test_a_roll_out_is_ended_by_hand_and_once(
    at: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command("enrol", EDGE, *at) == 0
    assert run_command("configure", "--set", "choice.window_s=9", *at) == 0
    assert run_command("configure", "--stop", "1", *at) == 0
    assert "roll-out 1 is stopped" in capsys.readouterr().out
    assert run_command("configure", "--stop", "1", *at) == 1
    assert "it is stopped already" in capsys.readouterr().err
    assert run_command("configure", "--stop", "2", *at) == 1


def test_whoever_waits_for_a_server_that_does_not_run_is_told(
    at: tuple[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Hasty(SystemClock):
        turns = 0

        async def sleep(self, _seconds: float) -> None:
            self.turns += 1
            if self.turns == 30:
                raise KeyboardInterrupt

    monkeypatch.setattr(fleet_commands, "SystemClock", Hasty)
    assert run_command("enrol", EDGE, *at) == 0
    with pytest.raises(KeyboardInterrupt):
        run_command("configure", "--set", "choice.window_s=9", "--wait", *at)
    assert capsys.readouterr().err.count("does `receipt-rcu serve` run") == 1


# -- roll-outs -----------------------------------------------------------------------


async def rolled(rcu: Rcu, turns: int = 1) -> str:
    transport = rcu.client._transport
    assert isinstance(transport, httpx.ASGITransport)
    _beats, roller = transport.app.state.desk.services  # type: ignore[attr-defined]
    for _ in range(turns):
        await roller.look()
    (newest,) = await rcu.store.fleet.rollouts.newest(1)
    return f"{newest.state} {newest.stage} {newest.why}".strip()


async def asked(rcu: Rcu, **more: Any) -> int:
    from rcu.store.rollouts import Wanted

    said: dict[str, Any] = {
        "settings": {"choice.window_s": 12},
        "unset": (),
        "trial_s": 30.0,
        "stages": ("1", "50%", "100%"),
        "patience_s": 3600.0,
        **more,
    }
    return await rcu.store.fleet.rollouts.ask("all", Wanted(**said), rcu.clock.ms)


async def prove(rcu: Rcu, status: str, why: str = "", edges: int = 1000) -> list[str]:
    """Every open order is proved so."""
    ledger = rcu.store.ledger._database
    found = await ledger.all(
        "SELECT edge FROM till_order WHERE status = '' ORDER BY issued_ms, edge LIMIT ?",
        (edges,),
    )
    async with ledger.transaction() as tx:
        for (edge,) in found:
            await tx.execute(
                "UPDATE till_order SET status = ?, proof = ? WHERE edge = ?",
                (status, json.dumps({"why": why}), edge),
            )
    return [row[0] for row in found]


async def tills_of(rcu: Rcu, count: int) -> None:
    await fleet(rcu.store, count)
    await rcu.store.tills.revoke(EDGE, rcu.clock.ms)


async def test_a_stage_waits_for_the_proofs_of_the_one_before(rcu: Rcu) -> None:
    await tills_of(rcu, 3)  # all of them well, but the first
    await asked(rcu)
    assert await rolled(rcu, 3) == "running 1"
    (first,) = await prove(rcu, "completed")
    assert first != "urn:edge:ENS1:S0000:T01"  # its printer has no paper
    assert await rolled(rcu, 2) == "running 2"
    assert len(await prove(rcu, "completed")) == 1
    assert await rolled(rcu, 2) == "running 3"
    assert len(await prove(rcu, "completed")) == 1
    assert await rolled(rcu, 2) == "done 3"


async def test_one_till_that_takes_it_back_stops_the_rest(rcu: Rcu) -> None:
    await tills_of(rcu, 3)
    await asked(rcu)
    await rolled(rcu, 2)
    (first,) = await prove(rcu, "failed", "rolled back: door.tcp does not accept")
    said = await rolled(rcu, 3)
    assert said == f"stopped 1 {first}: rolled back: door.tcp does not accept"
    assert await prove(rcu, "") == []  # nobody else was ordered anything


async def test_a_till_that_proves_nothing_stops_it_in_time(rcu: Rcu) -> None:
    await tills_of(rcu, 3)
    await asked(rcu, patience_s=60.0)
    await rolled(rcu, 2)
    rcu.clock.ms += 61_000
    assert "nothing proved within the time" in await rolled(rcu, 1)


async def test_an_order_follows_the_generation_that_its_till_is_at(rcu: Rcu) -> None:
    await rcu.till.post([])
    await tell(rcu, config={"generation": 7})
    await asked(rcu)
    await rolled(rcu, 2)
    answer = await rcu.client.get(
        f"/v1/edges/{EDGE}/feed", headers={"authorization": f"Bearer {rcu.key}"}
    )
    (order,) = answer.json()
    assert order["data"]["base"] == 7
    assert order["data"]["settings"] == {"choice.window_s": 12}


async def test_a_proof_that_is_newer_than_the_last_beat_says_the_generation(
    rcu: Rcu,
) -> None:
    await tell(rcu, config={"generation": 7})
    await asked(rcu)
    await rolled(rcu, 2)
    ledger = rcu.store.ledger._database
    proof = json.dumps({"done": {"generation": 8}})
    async with ledger.transaction() as tx:
        await tx.execute(
            "UPDATE till_order SET status = 'completed', proof = ?, proved_ms = ?",
            (proof, rcu.clock.ms + 1),
        )
    assert await rolled(rcu) == "done 1"
    rcu.clock.ms += 5
    await asked(rcu, settings={"choice.window_s": 15})
    await rolled(rcu, 2)
    answer = await rcu.client.get(
        f"/v1/edges/{EDGE}/feed", headers={"authorization": f"Bearer {rcu.key}"}
    )
    assert [each["data"]["base"] for each in answer.json()] == [7, 8]


async def test_a_till_that_was_never_heard_waits_unless_the_keys_are_harmless(
    rcu: Rcu,
) -> None:
    await asked(rcu)
    await rolled(rcu, 3)
    assert await prove(rcu, "") == []
    await rcu.store.fleet.rollouts.move(1, "stopped", 1, "", rcu.clock.ms)
    await asked(rcu, settings={"sync.max_in_flight": 2})
    await rolled(rcu, 2)
    assert await prove(rcu, "completed") == [EDGE]


async def test_nobody_meant_is_said(rcu: Rcu) -> None:
    await rcu.store.tills.revoke(EDGE, rcu.clock.ms)
    await asked(rcu)
    assert "no till" in await rolled(rcu)


async def test_beats_and_roll_outs_run_beside_the_server(rcu: Rcu) -> None:
    app = build(rcu.store, rcu.settings, FakeClock())
    running = [asyncio.create_task(each.run()) for each in app.state.desk.services]
    await asyncio.sleep(0)
    for task in running:
        assert not task.done()
        task.cancel()
    await asyncio.wait(running)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_a_command_of_roots_makes_the_server_can_write_to(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    os.chown(data, 12345, 12345)
    config = tmp_path / "rcu.toml"
    config.write_text('[store]\ndirectory = "data"\n')
    assert run_command("operator", "link", "--config", str(config)) == 0
    assert (data / "fleet.db").stat().st_uid == 12345
