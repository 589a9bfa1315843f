"""``receipt-agent enrol``: keys are exchanged with the RCU, and with nobody else; mTLS."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import re
import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as out
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agent.cli import main
from agent.errors import ConfigError
from agent.sync.answers import Reply, Unreachable
from agent.sync.credentials import Credentials
from agent.sync.settings import SyncSettings
from agent.sync.speaker import Speaker
from agent.sync.transport import connected, tls
from tests.fakes.clock import FakeClock
from tests.fakes.entropy import FakeEntropy
from tests.rcu.fakes import run_command
from tests.sync.shop import SOURCE, Rcu

CODE = "ABCD-EFGH-JKLM-NPQR"


def config(folder: Path, url: str, more: str = "") -> Path:
    path = folder / "agent.toml"
    path.write_text(
        '[till]\ntenant = "ENS1"\nstore = "S0042"\ntill = "T03"\nshop = "x"\n'
        f'tickets_url = "{url}"\nstate_dir = "{folder}/state"\n'
        f'[printer]\nlink = "tcp://127.0.0.1:9"\n[sync]\nurl = "{url}"\n{more}'
    )
    return path


def enrol(url: str, code: str, path: Path) -> int:
    return main(["enrol", url, code, "--config", str(path)])


async def test_the_command_exchanges_keys_and_keeps_them_to_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rcu = Rcu(tmp_path / "rcu")
    async with rcu.up():
        path = config(tmp_path, rcu.url)
        code = await rcu.code()
        assert await asyncio.to_thread(enrol, rcu.url, code.lower(), path) == 0
        assert rcu.store is not None
        assert await rcu.store.tills.signs(SOURCE)
    said = capsys.readouterr().out
    kept = tmp_path / "state" / "rcu"
    for name in ("keys.jsonl", "token"):
        assert (kept / name).stat().st_mode & 0o777 == 0o600
    assert kept.stat().st_mode & 0o777 == 0o700
    token = (kept / "token").read_text().strip()
    assert token not in said
    assert '"kid"' in (kept / "keys.jsonl").read_text()


async def test_the_token_goes_where_the_configuration_says(tmp_path: Path) -> None:
    rcu, place = Rcu(tmp_path / "rcu"), tmp_path / "own.token"
    async with rcu.up():
        path = config(tmp_path, rcu.url, f'token_file = "{place}"\n')
        code = await rcu.code()
        assert await asyncio.to_thread(enrol, rcu.url, code, path) == 0
    assert place.stat().st_mode & 0o777 == 0o600


async def test_a_code_that_is_not_known_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rcu = Rcu(tmp_path / "rcu")
    async with rcu.up():
        path = config(tmp_path, rcu.url)
        assert (
            await asyncio.to_thread(enrol, rcu.url, "ACDE-FGHJ-KMNP-QRTV", path) == 77
        )
        assert await asyncio.to_thread(enrol, rcu.url, CODE, path) == 64
    remedy = re.search(r"receipt-rcu (enrol-code .+)", capsys.readouterr().err)
    assert remedy
    # It can be typed as it stands.
    at = tmp_path / "rcu.toml"
    at.write_text('[store]\ndirectory = "data"\n')
    typed = (*remedy[1].split(), "--config", str(at))
    assert await asyncio.to_thread(run_command, *typed) == 0
    assert not (tmp_path / "state" / "rcu").exists()


def test_nobody_there_costs_no_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config(tmp_path, "http://127.0.0.1:9")
    assert enrol("http://127.0.0.1:9", "ACDE-FGHJ-KMNP-QRTV", path) == 69
    assert "still good" in capsys.readouterr().err
    assert enrol("http://rcu.example", "ACDE-FGHJ-KMNP-QRTV", path) == 64


async def test_who_answers_without_knowing_the_code_is_not_believed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A proxy that opens TLS: it can answer, and pins nothing."""

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"edge":"%s","token":"t","rcu":{}}' % SOURCE.encode()
        head = b"HTTP/1.1 200 OK\r\nEnrolment-Proof: 00\r\nConnection: close\r\n"
        writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        path = config(tmp_path, url)
        code = "ACDE-FGHJ-KMNP-QRTV"
        assert await asyncio.to_thread(enrol, url, code, path) == 77
    assert "does not know the code" in capsys.readouterr().err
    assert not (tmp_path / "state" / "rcu").exists()


# -- mTLS ------------------------------------------------------------------------------


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """One key and certificate, good for both ends."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(out.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(out.Encoding.PEM, out.PrivateFormat.PKCS8, out.NoEncryption())
    )
    return tmp_path


async def test_a_proxy_that_asks_for_a_certificate_gets_it(papers: Path) -> None:
    seen: list[Any] = []

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        seen.append(writer.get_extra_info("peercert"))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(papers / "cert.pem", papers / "key.pem")
    context.load_verify_locations(papers / "cert.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    speaker = Speaker(Credentials(), SOURCE, FakeClock(), FakeEntropy())
    own = {
        "client_cert_file": papers / "cert.pem",
        "client_key_file": papers / "key.pem",
    }
    async with server:
        for more in ({}, own):
            settings = SyncSettings.model_validate(
                {"url": url, "ca_file": papers / "cert.pem", **more}
            )
            async with connected(settings, speaker) as transport:
                reply = await transport.post(b"", {})
            if more:
                assert isinstance(reply, Reply)
            else:
                assert isinstance(reply, Unreachable)
    assert len(seen) == 1
    assert seen[0]["subject"] == ((("commonName", "127.0.0.1"),),)


def test_all_clients_believe_by_one_context_until_a_file_changes(papers: Path) -> None:
    cert = papers / "cert.pem"
    settings = SyncSettings(url="https://127.0.0.1", ca_file=cert)
    first = tls(settings)
    assert tls(settings.model_copy()) is first
    os.utime(cert, ns=(1, 1))
    assert tls(settings) is not first


async def test_papers_that_cannot_be_used_are_said(papers: Path) -> None:
    (papers / "key.pem").write_text("none")
    settings = SyncSettings(
        url="https://127.0.0.1",
        client_cert_file=papers / "cert.pem",
        client_key_file=papers / "key.pem",
    )
    speaker = Speaker(Credentials(), SOURCE, FakeClock(), FakeEntropy())
    with pytest.raises(ConfigError, match="client_cert_file"):
        async with connected(settings, speaker):
            pass
