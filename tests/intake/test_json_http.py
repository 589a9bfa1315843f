"""JSON jobs over real sockets."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import httpx
import pytest

from agent.errors import ConfigError, StoreError
from agent.events import PrinterState
from agent.intake.doors.json_http import JsonHttp
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.limits import MAX_BODY_BYTES
from tests.intake.http_shop import POS, Desk, Gone, Hung, Shop, shop

TOKEN = "0123456789abcdef0123456789abcdef"
JOB = {"lines": [{"text": "Café 9,50 €"}, {"cut": True}]}


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "print.token"
    path.write_text(TOKEN + "\n")
    return path


def asking(here: Shop, token: str = TOKEN) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=here.url,
        trust_env=False,
        headers={"authorization": f"Bearer {token}"},
    )


async def test_a_json_job_is_durable_and_its_pos_hears_of_the_printer(
    token_file: Path,
) -> None:
    desk = Desk(PrinterState(known=True, paper="near_end"), durable_s=0.2)
    async with shop(desk, token_file=token_file) as here, asking(here) as http:
        answer = await http.post("/api/print", json=JOB)
        assert desk.printed() == ["Café 9,50 €"]
        printer = await http.get("/api/printer")
    assert (answer.status_code, answer.json()["kept"]) == (200, True)
    assert answer.json()["printer"] == printer.json()["printer"]
    assert printer.json()["printer"] == {
        "known": True,
        "online": True,
        "cover_open": False,
        "paper": "near_end",
        "drawer_open": False,
        "error": False,
    }


async def test_raw_bytes_go_as_they_are(token_file: Path) -> None:
    raw = b"\x1b@TOTAL\n\x1dV\x00"
    async with shop(token_file=token_file) as here, asking(here) as http:
        job = {"raw": base64.b64encode(raw).decode()}
        assert (await http.post("/api/print", json=job)).status_code == 200
    assert here.desk.jobs == [raw]


async def test_a_page_that_may_print_may_do_it_in_json(token_file: Path) -> None:
    async with (
        shop(origins=(POS,), token_file=token_file) as here,
        asking(here) as http,
    ):
        answer = await http.post("/api/print", json=JOB, headers={"origin": POS})
        other = {"origin": "https://evil.example"}
        refused = await http.post("/api/print", json=JOB, headers=other)
    assert answer.headers["access-control-allow-origin"] == POS
    assert refused.status_code == 403
    assert len(here.desk.jobs) == 1


@pytest.mark.parametrize(
    "said", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN]
)
async def test_without_the_token_nothing_is_printed(
    token_file: Path, said: str
) -> None:
    async with (
        shop(token_file=token_file) as here,
        httpx.AsyncClient(base_url=here.url, trust_env=False) as http,
    ):
        head = {"authorization": said} if said else {}
        answer = await http.post("/api/print", json=JOB, headers=head)
        status = await http.get("/api/printer", headers=head)
    assert (answer.status_code, status.status_code) == (401, 401)
    assert answer.headers["www-authenticate"] == "Bearer"
    assert here.desk.jobs == []


async def test_without_a_token_file_there_is_no_json_door() -> None:
    async with shop() as here, asking(here) as http:
        assert (await http.post("/api/print", json=JOB)).status_code == 404


async def test_a_job_that_is_wrong_is_said_where(token_file: Path) -> None:
    job = {"lines": [{"text": "a"}, {"text": "b", "size": [1, 9]}, {"txt": "c"}]}
    async with shop(token_file=token_file) as here, asking(here) as http:
        answer = await http.post("/api/print", json=job)
        kind = {"content-type": "text/plain"}
        form = await http.post("/api/print", content=json.dumps(JOB), headers=kind)
        long = await http.post(
            "/api/print",
            content=b" " * (MAX_BODY_BYTES + 1),
            headers={"content-type": "application/json"},
        )
    assert answer.status_code == 422
    assert [each["where"] for each in answer.json()["problems"]] == [
        "lines.1.size.1",
        "lines.2",
    ]
    assert (form.status_code, long.status_code) == (415, 413)
    assert here.desk.jobs == []


async def test_a_job_that_could_not_be_kept_is_to_be_sent_again(
    token_file: Path,
) -> None:
    desk = Desk(fails=StoreError("full"))
    async with shop(desk, token_file=token_file) as here, asking(here) as http:
        answer = await http.post("/api/print", json=JOB)
    assert (answer.status_code, answer.json()["kept"]) == (503, False)


async def test_a_job_that_nobody_could_read_is_to_be_sent_again(
    token_file: Path,
) -> None:
    desk = Desk(worker=Gone())
    async with shop(desk, token_file=token_file) as here, asking(here) as http:
        answer = await http.post("/api/print", json=JOB)
        printer = await http.get("/api/printer")
    assert (answer.status_code, answer.json()["kept"]) == (503, False)
    assert "send it again" in answer.json()["problems"][0]["what"]
    assert printer.status_code == 200
    assert desk.jobs == []


async def test_the_printers_state_is_told_while_the_worker_hangs(
    token_file: Path,
) -> None:
    worker = Hung()
    desk = Desk(worker=worker)
    async with (
        shop(desk, token_file=token_file) as here,
        asking(here) as http,
        asyncio.TaskGroup() as group,
    ):
        printing = group.create_task(http.post("/api/print", json=JOB))
        while not worker.asked:  # noqa: ASYNC110 -- until it hangs
            await asyncio.sleep(0.01)
        assert (await http.get("/api/printer")).status_code == 200
        assert not printing.done()
        worker.let_go.set()
        assert (await printing).status_code == 503


async def test_a_key_as_long_as_a_novel_is_not_sent_back_whole(
    token_file: Path,
) -> None:
    async with shop(token_file=token_file) as here, asking(here) as http:
        job = {"lines": [{"text": "a"}], "x" * 2_000_000: 1}
        answer = await http.post("/api/print", json=job)
    (problem,) = answer.json()["problems"]
    assert answer.status_code == 422
    assert problem["where"].startswith("xxx")
    assert len(answer.content) < 1000


@pytest.mark.parametrize("content", [None, "", "short", "é" * 40])
def test_a_token_that_is_none_says_how_to_make_one(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match="openssl rand -hex 32"):
        JsonHttp(HttpDoorSettings(token_file=path), Desk())
