"""A receipt by e-mail in the whole house: sent, refused, and while there is no network."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.clock import SystemClock
from agent.delivery.reasons import Reason
from agent.identity import addresses
from agent.identity.contacts import match_key
from agent.identity.kinds import Contact
from agent.intake.listening import listening
from agent.keyring.ring import Keyring, credentials
from agent.store.handovers import EndHandOver
from agent.store.records import ParcelState, PutParcel
from agent.store.shut_out import ShutOut
from hardware_sim.mailbox import Mailbox
from tests.house.test_paper_wins import RECEIPT, till
from tests.house.test_sms import Counter, printed
from tests.store.builders import leave_key, opened

ADDRESS = "marie.curie@gmail.com"

pytestmark = pytest.mark.timeout(60)


@asynccontextmanager
async def counter(tmp_path: Path, port: int) -> AsyncGenerator[Counter]:
    with listening("127.0.0.1", 0) as free:
        screens_port = free.getsockname()[1]
    also: dict[str, Mapping[str, Any]] = {
        "screens": {"listen": f"127.0.0.1:{screens_port}"},
        "mail": {
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "sender": "tickets@comptoir.example",
            "connect_s": 5.0,
        },
    }
    url = f"http://127.0.0.1:{screens_port}"
    async with (
        till(tmp_path, window_s=60, also=also) as here,
        httpx.AsyncClient(base_url=url, headers={"X-Receipt-Agent": "1"}) as screens,
    ):
        yield Counter(here, screens)


async def sells_by_mail(at: Counter) -> None:
    await at.here.send(RECEIPT)
    found = await at.until(lambda seen: seen["shown"])
    asked = {
        "receipt": found["shown"]["id"],
        "choice": "email",
        "contact": ADDRESS,
        "by": "cashier",
    }
    answer = await at.screens.post("/api/choice", json=asked)
    assert answer.is_success, answer.text


async def test_it_goes_out_with_the_papers_own_pdf(tmp_path: Path) -> None:
    async with Mailbox() as mailbox, counter(tmp_path, mailbox.port) as at:
        await sells_by_mail(at)
        found = await at.says("E-mail envoyé")
        assert "m•••@gmail.com" in json.dumps(found, ensure_ascii=False)
        (message,) = await mailbox.wait(1, 20)
        kinds = [part.get_content_type() for part in message.parsed.walk()]
        assert kinds[-1] == "application/pdf"
        assert at.here.printer.paper == b""


async def test_a_mailbox_that_is_refused_gets_its_paper(tmp_path: Path) -> None:
    async with Mailbox() as mailbox, counter(tmp_path, mailbox.port) as at:
        mailbox.turn("refuse")
        await sells_by_mail(at)
        await printed(at.here)
        await at.says("E-mail refusé")
        assert mailbox.taken == 0


async def test_without_network_it_waits_and_the_screen_does_not_say_sent(
    tmp_path: Path,
) -> None:
    async with Mailbox() as mailbox:
        port = mailbox.port
    async with counter(tmp_path, port) as at:
        await sells_by_mail(at)
        found = await at.says("partira dès le retour du réseau")
        assert "E-mail envoyé" not in json.dumps(found, ensure_ascii=False)
        async with Mailbox(port) as mailbox:
            await mailbox.wait(1, 30)
            await at.says("E-mail envoyé")
        assert at.here.printer.paper == b""


async def test_who_is_shut_out_while_a_mail_waits_gets_paper_and_no_mail(
    tmp_path: Path,
) -> None:
    leave_key(tmp_path / "state")  # the test writes beside it
    async with Mailbox() as mailbox:
        port = mailbox.port
    async with counter(tmp_path, port) as at:
        await sells_by_mail(at)
        await at.says("partira dès le retour du réseau")
    await shut_out(tmp_path / "state")
    async with Mailbox(port) as mailbox, counter(tmp_path, port) as at:
        await printed(at.here)
        assert mailbox.taken == 0


async def shut_out(state: Path) -> None:
    """The address, as a report that it bounced does."""
    key = Keyring(state / "keys", credentials()).subject_key()
    found = addresses.read(ADDRESS)
    assert isinstance(found, Contact)
    subject = bytes.fromhex(key.kid) + match_key(found, key.secret)
    until_ms = int(SystemClock().now().timestamp() * 1000) + 86_400_000
    async with opened(state) as store:
        await store.commit(ShutOut(subject, "bounced", until_ms))


async def test_what_nobody_took_for_two_days_is_sent_again_from_the_screen(
    tmp_path: Path,
) -> None:
    leave_key(tmp_path / "state")
    async with Mailbox() as mailbox:
        port = mailbox.port
    async with counter(tmp_path, port) as at:
        await sells_by_mail(at)
        await at.says("partira dès le retour du réseau")
    await given_up(tmp_path / "state")
    async with Mailbox(port) as mailbox, counter(tmp_path, port) as at:
        found = await at.until(lambda seen: seen["dead"])
        (letter,) = found["dead"]
        assert letter["contact"] == "m•••@gmail.com"
        order = {"receipt": letter["id"], "channel": "email", "by": "it"}
        answer = await at.screens.post("/api/replay", json=order)
        assert answer.is_success, answer.text
        await at.until(lambda seen: not seen["dead"])
        (message,) = await mailbox.wait(1, 30)
        assert message.recipients == (ADDRESS,)
        assert at.here.printer.paper == b""


async def given_up(state: Path) -> None:
    """As the dispatcher does after two days."""
    async with opened(state) as store:
        (parcel,) = await store.due_parcels("email", 1 << 60, 9)
        dead = replace(
            parcel, recipient="", state=ParcelState.DEAD, detail=Reason.EXPIRED
        )
        over = EndHandOver(parcel.receipt, parcel.number, "failed")
        await store.commit(PutParcel(dead), over)
