"""Doctor names what is broken and what to do, against real printers, relays, names, files."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import socket
import ssl
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from agent.cli import main
from agent.config import load
from agent.it import doctor, setup, units
from agent.it.finding import Finding, Till
from agent.it.probes import rights, secrets, surroundings
from agent.store.records import AcceptJob
from hardware_sim.shop import Shop
from tests.acceptance.rig import patient_shop
from tests.fakes.printer import FakePrinter
from tests.it.test_print_held import till as written
from tests.store.builders import a_job, opened, raw_of

pytestmark = pytest.mark.timeout(180)


async def found(path: Path, *names: str, **more: object) -> list[Finding]:
    given = {"up": False, **more}
    till = Till(load(path), path, **given)  # type: ignore[arg-type]
    probes = [each for each in doctor.PROBES if each.name in names]
    assert len(probes) == len(names)
    return [
        each
        for several in (await doctor.examine(till, probes)).values()
        for each in several
    ]


def states(findings: list[Finding]) -> list[str]:
    return [each.state for each in findings]


async def test_a_printer_that_answers_is_named_and_its_troubles_have_a_remedy(
    tmp_path: Path,
) -> None:
    async with FakePrinter() as printer:
        path = written(tmp_path, printer.port)
        good = await found(path, "printer")
        assert states(good) == ["ok", "ok"]
        assert printer.asked[:4] == [1, 2, 3, 4]
        printer.mood.out_of_paper()
        (worst, *_) = await found(path, "printer")
        assert (worst.state, worst.remedy.fr) == ("bad", "mettez un rouleau")
        printer.mood.mute = True
        (mute,) = await found(path, "printer")
        assert "ne répond pas" in mute.says.fr
        assert "asks" in mute.remedy.en
    (away,) = await found(path, "printer")
    assert "joignable" in away.says.fr


async def test_a_printer_that_is_never_asked_hears_nothing(tmp_path: Path) -> None:
    async with FakePrinter() as printer:
        path = written(tmp_path, printer.port, 'asks = "never"')
        assert states(await found(path, "printer")) == ["ok"]
        assert printer.asked == []


@contextmanager
def printer_at(baud: int) -> Iterator[str]:
    """A serial printer that understands one speed, at the far end of a pty."""
    import termios

    ours, theirs = pty.openpty()
    tty.setraw(ours)
    name, wanted = os.ttyname(theirs), getattr(termios, f"B{baud}")
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                said = os.read(ours, 64)
            except OSError:
                return
            speed = termios.tcgetattr(theirs)[5]
            if speed == wanted and said.startswith(b"\x10\x04"):
                os.write(ours, b"\x16" if said[2] == 1 else b"\x12")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield name
    finally:
        over.set()
        os.close(theirs)
        os.close(ours)


async def test_a_wrong_speed_is_found_and_the_right_one_said(tmp_path: Path) -> None:
    with printer_at(9600) as name:
        path = written(tmp_path, 1)
        text = path.read_text().replace(
            "tcp://127.0.0.1:1", f"serial://{name}?baud=19200"
        )
        path.write_text(text)
        (wrong,) = await found(path, "printer")
        assert "19200" in wrong.says.fr
        assert wrong.remedy.en == "write baud=9600 in link"
        path.write_text(text.replace("19200", "9600"))
        assert states(await found(path, "printer"))[0] == "ok"


async def test_a_full_disk_is_broken_and_a_used_reserve_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, 1)
    (tmp_path / "state" / "agent.db").touch()
    assert "réserve" in (await found(path, "disk"))[0].says.fr
    real = os.statvfs(tmp_path)
    small = os.statvfs_result((*real[:3], 1000, 1000, *real[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _: small)
    assert (await found(path, "disk"))[0].state == "bad"


async def test_a_damaged_database_and_a_lost_key_are_told_apart(tmp_path: Path) -> None:
    path = written(tmp_path, 1)
    async with opened(tmp_path / "state") as store:
        await store.commit(AcceptJob(a_job(1), raw_of(1)))
    assert states(await found(path, "store")) == ["ok"]
    key = tmp_path / "state" / "keys" / "store.key"
    secret = key.read_bytes()
    key.write_bytes(bytes(reversed(secret)))
    (lost,) = await found(path, "store")
    assert (lost.state, "store.key" in lost.remedy.en) == ("bad", True)
    key.write_bytes(secret)
    database = tmp_path / "state" / "agent.db"
    content = bytearray(database.read_bytes())
    content[3 * 2048 : 20 * 2048] = b"\xff" * (17 * 2048)
    for each in (tmp_path / "state").glob("agent.db-*"):
        each.unlink()
    database.write_bytes(content)
    (damaged,) = await found(path, "store")
    assert damaged.state == "bad"


async def test_a_check_of_a_huge_database_ends_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, 1)
    async with opened(tmp_path / "state"):
        pass
    monkeypatch.setattr(secrets, "CHECK_S", -1.0)
    monkeypatch.setattr(secrets, "STEPS", 1)
    (late,) = await found(path, "store")
    assert "interrupted" in late.detail


async def test_keys_that_others_may_read_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, 1)
    assert main(["keys", "init", "--config", str(path)]) == 0
    assert states(await found(path, "keys")) == ["ok"]
    (tmp_path / "state" / "keys" / "store.key").chmod(0o644)
    (open_,) = await found(path, "keys")
    assert (open_.state, "chmod" in open_.remedy.fr) == ("bad", True)


class Relay:
    """Takes one user with one password."""

    def __init__(self) -> None:
        self.mails = 0

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, _: object, __: object, envelope: Envelope, sender: str, ___: object
    ) -> str:
        if "stranger" in sender:
            return "553 not one of yours"
        envelope.mail_from = sender
        return "250 OK"

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802 -- aiosmtpd's name
        self.mails += 1
        return "250 OK"


def _authenticator(
    _server: object, _session: object, _envelope: object, _way: object, given: object
) -> AuthResult:
    good = getattr(given, "password", b"") == b"geheim"
    return AuthResult(success=good, handled=False)


async def test_a_relay_is_tried_as_far_as_the_password_and_gets_no_mail(
    tmp_path: Path,
) -> None:
    handler = Relay()
    relay = Controller(
        handler,
        hostname="127.0.0.1",
        port=_free(),
        authenticator=_authenticator,
        auth_require_tls=False,
    )
    relay.start()
    secret = tmp_path / "password"
    secret.write_text("geheim\n")
    try:
        path = written(
            tmp_path,
            1,
            f"""[mail]
host = "127.0.0.1"
port = {relay.port}
security = "none"
sender = "tickets@shop.example"
username = "till"
password_file = "{secret}"
""",
        )
        assert states(await found(path, "mail")) == ["ok"]
        secret.write_text("falsch\n")
        (refused,) = await found(path, "mail")
        assert "mot de passe" in refused.says.fr
        secret.write_text("geheim\n")
        path.write_text(path.read_text().replace("tickets@shop", "tickets@stranger"))
        (stranger,) = await found(path, "mail")
        assert "expéditeur" in stranger.says.fr
        assert "553" in stranger.detail
        assert handler.mails == 0
    finally:
        relay.stop()
    (away,) = await found(path, "mail")
    assert "port" in away.remedy.fr


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("facts", "state", "remedy"),
    [
        ("ActiveState=active UnitFileState=enabled LoadState=loaded", "ok", ""),
        (
            "ActiveState=active UnitFileState=disabled LoadState=loaded",
            "warn",
            "enable",
        ),
        ("ActiveState=inactive UnitFileState=masked LoadState=masked", "bad", "unmask"),
        ("ActiveState=failed UnitFileState=enabled LoadState=loaded", "bad", "start"),
        ("ActiveState=inactive LoadState=not-found", "bad", "install"),
    ],
)
async def test_a_unit_that_does_not_run_has_its_command(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    facts: str,
    state: str,
    remedy: str,
) -> None:
    program(tmp_path, "systemctl", f"for each in {facts}; do echo $each; done")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    socket_, *_ = await found(written(tmp_path, 1), "services")
    assert socket_.state == state
    assert remedy in socket_.remedy.en


async def test_the_units_are_those_of_the_instance_and_of_what_stands_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = "echo LoadState=loaded; echo UnitFileState=enabled"
    program(
        tmp_path,
        "systemctl",
        f"{loaded}; case $2 in *worker.socket) echo ActiveState=failed;; "
        "*) echo ActiveState=active;; esac",
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(units, "STATE", tmp_path)
    monkeypatch.setattr(units, "SYSTEMD", tmp_path)
    folder = tmp_path / "receipt-agent-bar"
    folder.mkdir()
    closed = "[door.tcp]\nlisten='127.0.0.1:2'\n[screens]\nlisten='127.0.0.1:3'\n"
    path = written(tmp_path, 1, closed)
    path.write_text(
        re.sub(r"state_dir = .*", f"state_dir = '{folder}'", path.read_text())
    )
    said = await found(path, "services")
    assert states(said) == ["ok", "ok", "bad", "ok", "warn", "ok"]
    assert [each.detail.split()[0] for each in said[:4]] == [
        "receipt-agent-print@bar.socket",
        "receipt-agent@bar.service",
        "receipt-agent-bypass@bar.service",
        "receipt-agent-screens@bar.socket",
    ]
    assert "systemctl restart receipt-agent@bar.service" in said[4].remedy.en
    ports = await found(path, "ports")
    assert {each.remedy.en.partition(": ")[2] for each in ports} == {
        "systemctl start receipt-agent-print@bar.socket receipt-agent@bar.service",
        "systemctl start receipt-agent-screens@bar.socket receipt-agent@bar.service",
    }
    assert setup.starting(units.instance_of(load(path)))[-2:] == ("add", "bar")


async def test_an_active_bypass_and_an_unset_clock_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "systemctl", "echo ActiveState=active; echo LoadState=loaded")
    program(tmp_path, "timedatectl", "echo NTP=no; echo NTPSynchronized=no")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    path = written(tmp_path, 1)
    _, _, bypass, *_ = await found(path, "services")
    assert "contournent" in bypass.says.fr
    (clock,) = await found(path, "clock")
    assert (clock.state, "set-ntp" in clock.remedy.en) == ("warn", True)


async def test_a_probe_that_hangs_or_falls_is_a_finding_and_stops_nobody(
    tmp_path: Path,
) -> None:
    async def hangs(_: Till) -> list[Finding]:
        await asyncio.Event().wait()
        return []

    async def falls(_: Till) -> list[Finding]:
        raise RuntimeError("no")

    path = written(tmp_path, 1)
    till = Till(load(path), path, up=False)
    probes = [
        doctor.Asked("hangs", hangs, 0.05),
        doctor.Asked("falls", falls, 5.0),
        doctor.Asked("disk", surroundings.disk, 5.0),
    ]
    seen = await doctor.examine(till, probes)
    assert [seen[name][0].state for name in seen] == ["bad", "bad", "ok"]


async def test_an_rcu_without_enrolment_tls_and_name_are_named(tmp_path: Path) -> None:
    more = "[sync]\nurl = 'https://rcu.invalid'\n"
    path = written(tmp_path, 1, more)
    (rcu,) = await found(path, "rcu")
    assert "receipt-agent enrol https://rcu.invalid" in rcu.remedy.fr
    names = {each.says.en: each.state for each in await found(path, "names")}
    assert names["rcu.invalid has no address"] == "bad"
    sms = "[sms]\nway='twilio'\n[sms.twilio]\naccount='AC%s'\nsecret_file='/x'\n" % (
        "0" * 32
    )
    more = "sender='+33600000000'\nbase_url='https://sms.invalid'\n"
    path.write_text(f"{path.read_text()}{sms}{more}")
    names = {each.says.en: each.state for each in await found(path, "names")}
    assert names["sms.invalid has no address"] == "bad"
    assert states(await found(path, "certificates")) == ["bad"]


async def test_a_certificate_of_nobody_is_not_believed(tmp_path: Path) -> None:
    import datetime as dt

    from agent.screens import certificate

    cert, key = certificate.own(tmp_path, ["localhost"], dt.datetime.now(dt.UTC))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = await asyncio.start_server(
        lambda _r, w: w.close(), "127.0.0.1", 0, ssl=context
    )
    port = server.sockets[0].getsockname()[1]
    async with server:
        path = written(tmp_path, 1, f"[sync]\nurl = 'https://localhost:{port}'\n")
        (shown,) = await found(path, "certificates")
        assert "n’est pas cru" in shown.says.fr
        path.write_text(path.read_text() + f"ca_file = '{cert}'\n")
        (shown,) = await found(path, "certificates")
        assert shown.state in {"ok", "warn"}


def test_people_read_french_first_and_the_languages_can_be_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, 1)
    asked = ["doctor", "--config", str(path), "--only", "printer"]
    assert main(asked) == 1
    both = capsys.readouterr().out
    assert both.index("joignable") < both.index("cannot be reached")
    assert main([*asked, "--lang", "en"]) == 1
    assert "joignable" not in capsys.readouterr().out


def test_what_another_user_may_is_worked_out_from_modes(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    secret.chmod(0o600)
    for each in (tmp_path, *tmp_path.parents[:3]):
        if each != Path("/tmp"):
            each.chmod(each.stat().st_mode | 0o011)
    may = rights.may_of("nobody")
    assert not may(secret, os.R_OK)
    secret.chmod(0o644)
    assert may(secret, os.R_OK)
    assert rights.may_of("")(secret, os.R_OK)


@pytest.mark.acceptance
async def test_a_whole_shop_is_well_and_a_dead_agent_is_seen(tmp_path: Path) -> None:
    async with patient_shop(tmp_path) as shop:
        assert await _only_well(
            shop, "ports", "printer", "rcu", "mail", "store", "keys"
        )
        await shop.agent.stop()
        assert states(await found(shop.configuration, "ports"))[0] == "bad"
        findings = await found(shop.configuration, "rcu", "printer")
        assert {each.state for each in findings} == {"ok"}


async def _only_well(shop: Shop, *names: str) -> bool:
    findings = await found(shop.configuration, *names, up=True)
    assert {each.state for each in findings} == {"ok"}, findings
    return True


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        return int(line.getsockname()[1])


async def test_an_rcu_whose_token_is_in_the_state_folder_is_no_fault(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, 1, "[sync]\nurl = 'https://rcu.example'\n")
    assert "bad" not in states(await found(path, "configuration"))
    path.write_text(path.read_text() + f"token_file = '{tmp_path}/none'\n")
    assert "bad" in states(await found(path, "configuration"))
