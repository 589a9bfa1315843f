"""An address or a number that the RCU says is nobody's, at the counter of a shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.identity import contacts
from agent.identity.contacts import match_key
from agent.identity.kinds import Contact, Kind
from agent.keyring.ring import Keyring, credentials
from agent.store.card_holders import Block
from hardware_sim.gateways import Gateways
from hardware_sim.mailbox import Mailbox
from tests.house.test_paper_wins import RECEIPT
from tests.house.test_sms import TYPED, Counter, printed, way, written
from tests.house.test_sms import counter as sms_counter
from tests.mail.test_house import ADDRESS, sells_by_mail
from tests.mail.test_house import counter as mail_counter
from tests.store.builders import leave_key, opened

pytestmark = pytest.mark.timeout(60)


async def blocked(state: Path, kind: Kind, text: str, *, undo: bool = False) -> None:
    """As ``identifier.blocked.v1`` does it."""
    key = Keyring(state / "keys", credentials()).subject_key()
    found = contacts.read(kind, text)
    assert isinstance(found, Contact)
    async with opened(state) as store:
        await store.commit(Block(match_key(found, key.secret), not undo))


async def asks(at: Counter, choice: str, contact: str) -> tuple[int, str]:
    """What the screens answer."""
    found = await at.until(lambda seen: seen["shown"])
    said = {
        "receipt": found["shown"]["id"],
        "choice": choice,
        "contact": contact,
        "by": "cashier",
    }
    answer = await at.screens.post("/api/choice", json=said)
    return answer.status_code, answer.text


async def test_an_address_that_is_blocked_is_refused_in_words_and_another_is_taken(
    tmp_path: Path,
) -> None:
    leave_key(tmp_path / "state")
    Keyring(tmp_path / "state" / "keys", credentials()).subject_key()
    await blocked(tmp_path / "state", "email", "Marie.Curie+caisse@googlemail.com")
    async with Mailbox() as mailbox, mail_counter(tmp_path, mailbox.port) as at:
        await at.here.send(RECEIPT)
        status, text = await asks(at, "email", ADDRESS)
        assert status == 409
        assert "Rien ne peut être envoyé à cette adresse" in text
        assert "Nothing can be sent to this address" in text
        assert ADDRESS not in text
        status, text = await asks(at, "email", "pierre@example.com")
        assert status == 200, text
        await at.says("E-mail envoyé")
        assert mailbox.taken == 1


async def test_a_number_that_is_blocked_is_refused_and_the_choice_is_open_still(
    tmp_path: Path,
) -> None:
    leave_key(tmp_path / "state")
    await blocked(tmp_path / "state", "phone", "+33612345678")
    async with (
        Gateways() as gateways,
        sms_counter(tmp_path, way(gateways, tmp_path)) as at,
    ):
        await at.here.send(RECEIPT)
        status, text = await asks(at, "sms", TYPED)
        assert status == 409
        assert "Rien ne peut être envoyé à ce numéro" in text
        assert gateways.taken == []
        assert await at.until(lambda seen: seen["shown"])


async def test_a_mail_that_waits_for_a_blocked_address_is_stopped_and_paper_comes(
    tmp_path: Path,
) -> None:
    leave_key(tmp_path / "state")
    async with Mailbox() as mailbox:
        port = mailbox.port
    async with mail_counter(tmp_path, port) as at:
        await sells_by_mail(at)
        await at.says("partira dès le retour du réseau")
    await blocked(tmp_path / "state", "email", ADDRESS)
    async with Mailbox(port) as mailbox, mail_counter(tmp_path, port) as at:
        await printed(at.here)
        assert mailbox.taken == 0
    assert ("email", "refused", "mail_shut_out") in await written(tmp_path)


async def test_an_sms_that_waits_for_a_blocked_number_is_stopped_and_paper_comes(
    tmp_path: Path,
) -> None:
    async with Gateways() as gateways:
        section = way(gateways, tmp_path)
        await gateways.shut()
        async with sms_counter(tmp_path, section) as at:
            await at.sells_by_sms()
            await at.says("partira dès le retour du réseau")
        await blocked(tmp_path / "state", "phone", TYPED)
        await gateways.open()
        async with sms_counter(tmp_path, section) as at:
            await printed(at.here)
            assert gateways.taken == []
    assert ("sms", "refused", "sms_shut_out") in await written(tmp_path)


async def test_what_is_somebody_s_after_all_is_served(tmp_path: Path) -> None:
    leave_key(tmp_path / "state")
    await blocked(tmp_path / "state", "email", ADDRESS)
    await blocked(tmp_path / "state", "email", ADDRESS, undo=True)
    async with Mailbox() as mailbox, mail_counter(tmp_path, mailbox.port) as at:
        await sells_by_mail(at)
        await at.says("E-mail envoyé")
