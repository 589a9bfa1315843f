"""The print service: its bounds, its stop, and TLS."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.errors import ConfigError
from agent.intake import http_bodies, http_server
from agent.intake.doors.epos_http import EposHttp
from agent.intake.http_server import HttpDoor
from agent.intake.http_settings import HttpDoorSettings
from agent.intake.limits import (
    HTTP_CONNECTIONS,
    MAX_BODY_BYTES,
    MAX_THROWN_AWAY_BYTES,
)
from agent.intake.listening import listening
from hardware_sim.epos_pos import (
    EPSON,
    EposPos,
)
from tests.intake.http_shop import POS, RECEIPT, Desk, Hung, shop


async def test_a_body_that_is_too_long_gets_the_printers_answer() -> None:
    async with shop() as here, here.pos() as pos:
        answer = await pos.send(b" " * (MAX_BODY_BYTES + 1))
    assert (answer.success, answer.code) == (False, "RequestEntityTooLarge")


async def test_a_body_that_says_it_is_much_too_long_is_not_read_at_all() -> None:
    async with shop() as here:
        said = await _say(
            here.port,
            b"POST /cgi-bin/epos/service.cgi?devid=local_printer HTTP/1.1\r\n"
            b"host: 127.0.0.1\r\n"
            b"content-length: %d\r\n\r\n<" % (MAX_THROWN_AWAY_BYTES + 1),
        )
    assert b'code="RequestEntityTooLarge"' in said


async def test_a_body_that_never_ends_is_not_read_to_its_end() -> None:
    given = 0

    async def chunks() -> AsyncGenerator[bytes]:
        nonlocal given
        while given < 10 * MAX_THROWN_AWAY_BYTES:
            given += 65536
            yield b" " * 65536

    async with shop() as here, httpx.AsyncClient(trust_env=False) as http:
        url = f"{here.url}/cgi-bin/epos/service.cgi?devid=local_printer"
        # the answer comes before the body's end, and the line is closed
        with contextlib.suppress(httpx.HTTPError):
            await http.post(url, content=chunks())
    assert given < 2 * MAX_THROWN_AWAY_BYTES


async def test_bodies_of_more_than_the_bound_in_all_are_asked_to_come_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_bodies, "MAX_HELD_BYTES", 3 * len(RECEIPT))
    async with shop(Desk(durable_s=0.5)) as here:
        codes = []

        async def sell() -> None:
            async with here.pos() as pos:
                codes.append((await pos.send(RECEIPT)).code)

        async with asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(sell())
        async with here.pos() as pos:
            assert (await pos.send(RECEIPT)).success
    assert sorted(codes) == ["", "", "", "TooManyRequests", "TooManyRequests"]


async def _say(port: int, text: bytes, patience_s: float = 5) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    try:
        async with asyncio.timeout(patience_s):
            return await reader.read()
    finally:
        writer.close()


async def test_a_body_that_does_not_come_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_bodies, "BODY_S", 0.3)
    async with shop() as here:
        said = await _say(
            here.port,
            b"POST /cgi-bin/epos/service.cgi?devid=local_printer HTTP/1.1\r\n"
            b"host: 127.0.0.1\r\ncontent-length: 100\r\nconnection: close\r\n\r\n<epos",
        )
    assert b'code="EX_TIMEOUT"' in said
    assert here.desk.jobs == []


async def test_a_pos_that_hangs_up_in_its_document_has_printed_nothing() -> None:
    async with shop() as here:
        _, writer = await asyncio.open_connection("127.0.0.1", here.port)
        writer.write(
            b"POST /cgi-bin/epos/service.cgi?devid=local_printer HTTP/1.1\r\n"
            b"host: 127.0.0.1\r\ncontent-length: 1000\r\n\r\n" + RECEIPT[:200]
        )
        await writer.drain()
        writer.close()
        await asyncio.sleep(0.1)
        async with here.pos() as pos:
            assert (await pos.send(RECEIPT)).success
    assert len(here.desk.jobs) == 1


async def test_a_connection_that_says_nothing_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_server, "HTTP_SILENT_S", 0.2)
    async with shop() as here:
        assert await _say(here.port, b"POST / HTT") == b""


async def test_who_has_been_silent_longest_makes_room_for_one_more() -> None:
    async with shop() as here, here.pos() as last, here.pos() as more:
        held = await _callers(here.port, HTTP_CONNECTIONS - 1)
        assert (await last.send(RECEIPT)).success
        assert (await more.send(RECEIPT)).success
        assert (await last.send(RECEIPT)).success
        assert [await _is_gone(each) for each in held] == [
            True,
            *[False] * (HTTP_CONNECTIONS - 2),
        ]
        _hang_up(held)


async def test_a_till_prints_though_another_holds_all_connections_of_the_door() -> None:
    """Each printed once and is kept; thirty-two of them, for ever."""
    async with shop() as here, here.pos() as pos:
        kept = await _callers(here.port, 2 * HTTP_CONNECTIONS)
        for each in kept:
            each.setblocking(True)
            await asyncio.to_thread(
                each.sendall, b"GET /nowhere HTTP/1.1\r\nHost: [::1]\r\n\r\n"
            )
        assert (await pos.send(RECEIPT)).success
        _hang_up(kept)


async def test_nobody_who_prints_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "HTTP_CONNECTIONS", 2)
    worker = Hung()
    async with shop(Desk(worker=worker)) as here, here.pos() as more:
        async with here.pos() as one, here.pos() as two, asyncio.TaskGroup() as group:
            printing = [group.create_task(pos.send(RECEIPT)) for pos in (one, two)]
            async with asyncio.timeout(5):
                while worker.asked < 2:  # noqa: ASYNC110 -- asked, not told
                    await asyncio.sleep(0.01)
            assert not (await more.send(RECEIPT)).reached
            worker.let_go.set()
        assert all(each.result().reached for each in printing)
        assert (await more.send(RECEIPT)).reached


async def _is_gone(caller: socket.socket) -> bool:
    try:
        return caller.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


async def test_silent_connections_cost_a_bounded_number_of_sockets() -> None:
    async with shop() as here, here.pos() as pos:
        await pos.send(RECEIPT)
        idle = _descriptors()
        held = await _callers(here.port, 200)
        await asyncio.sleep(0.5)
        # The callers' own ends are in this process too.
        assert _descriptors() - len(held) <= idle + HTTP_CONNECTIONS
        _hang_up(held)
        assert await _prints_within(pos, 2)


async def test_a_full_door_says_so_once_and_once_that_it_is_well_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(http_server, "HTTP_LOOK_S", 0.05)
    caplog.set_level(logging.INFO, "agent.intake.http_server")
    async with shop() as here, here.pos() as pos:
        await pos.send(RECEIPT)
        for times in (1, 2):
            held = await _callers(here.port, 3 * HTTP_CONNECTIONS)
            await asyncio.sleep(0.3)
            assert caplog.text.count("hangs up on callers") == times
            assert caplog.text.count("takes callers in again") == times - 1
            _hang_up(held)
            await asyncio.sleep(0.3)
            assert caplog.text.count("takes callers in again") == times


async def test_a_machine_without_sockets_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(http_server, "HTTP_LOOK_S", 0.05)
    async with shop() as here, here.pos() as pos:
        await pos.send(RECEIPT)
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        caller = socket.socket()
        caller.setblocking(False)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, before[1]))
        try:
            with contextlib.suppress(BlockingIOError):
                caller.connect(("127.0.0.1", here.port))
            await asyncio.sleep(0.5)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
            caller.close()
        assert caplog.text.count("hangs up on callers") == 1
        assert await _prints_within(pos, 2)


async def _callers(port: int, many: int) -> list[socket.socket]:
    """Connections that say nothing."""
    loop, made = asyncio.get_running_loop(), []
    for _ in range(many):
        each = socket.socket()
        each.setblocking(False)
        await loop.sock_connect(each, ("127.0.0.1", port))
        made.append(each)
    return made


def _hang_up(callers: list[socket.socket]) -> None:
    for each in callers:
        each.close()


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def _prints_within(pos: EposPos, patience_s: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience_s):
            while True:
                if (await pos.send(RECEIPT)).success:
                    return True
                await asyncio.sleep(0.05)
    return False


async def test_a_stop_lets_the_document_in_hand_become_durable() -> None:
    async with (
        shop(Desk(durable_s=0.5)) as here,
        here.pos() as pos,
        asyncio.TaskGroup() as group,
    ):
        printing = group.create_task(pos.send(RECEIPT))
        await asyncio.sleep(0.2)
        here.service.cancel()
        await asyncio.wait([here.service])
        assert len(here.desk.jobs) == 1
    assert (await printing).success


async def test_the_door_opens_again_on_the_same_sockets() -> None:
    said, desk = HttpDoorSettings(), Desk()
    port = listening("127.0.0.1", 0)
    door = HttpDoor(said, [EposHttp(said, desk)], [port])
    for _ in range(2):
        async with asyncio.TaskGroup() as group:
            service = group.create_task(door.run())
            async with EposPos(f"http://127.0.0.1:{port.getsockname()[1]}") as pos:
                assert (await pos.send(RECEIPT)).success
            service.cancel()
    port.close()


async def test_without_sockets_it_listens_where_the_settings_say() -> None:
    probe = socket.create_server(("127.0.0.1", 0))
    number = probe.getsockname()[1]
    probe.close()
    said, desk = HttpDoorSettings(listen=f"127.0.0.1:{number}"), Desk()
    async with asyncio.TaskGroup() as group:
        service = group.create_task(HttpDoor(said, [EposHttp(said, desk)]).run())
        await asyncio.sleep(0.5)
        async with EposPos(f"http://127.0.0.1:{number}") as pos:
            assert (await pos.send(RECEIPT)).success
        service.cancel()


# -- TLS ------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, as printers have them."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl command: HTTPS of the print service is NOT tested")
    place = tmp_path_factory.mktemp("tls")
    cert, key = place / "cert.pem", place / "key.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            str(key),
            "-out",
            str(cert),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


async def test_printing_over_https(certificate: tuple[Path, Path]) -> None:
    cert, _ = certificate
    async with shop(origins=(POS,), **_https(certificate)) as here:
        address = f"https://127.0.0.1:{here.tls_port}"
        async with EposPos(address, origin=POS, manner=EPSON, trusts=str(cert)) as pos:
            assert await pos.may_print()
            assert (await pos.send(RECEIPT)).success
        async with here.pos() as plain:
            assert (await plain.send(RECEIPT)).success
        async with EposPos(address) as stranger:
            assert not (await stranger.send(RECEIPT)).reached
    assert len(here.desk.jobs) == 2


def _https(certificate: tuple[Path, Path]) -> dict[str, Any]:
    cert, key = certificate
    return {"listen_tls": "127.0.0.1:8043", "certfile": cert, "keyfile": key}


async def test_silent_tls_connections_leave_the_door_to_who_comes_after(
    certificate: tuple[Path, Path],
) -> None:
    async with shop(**_https(certificate)) as here:
        address = f"https://127.0.0.1:{here.tls_port}"
        async with (
            here.pos() as plain,
            EposPos(address, trusts=str(certificate[0])) as pos,
        ):
            await plain.send(RECEIPT)
            idle = _descriptors()
            held = await _callers(here.tls_port, 200)
            await asyncio.sleep(0.5)
            assert _descriptors() - len(held) <= idle + HTTP_CONNECTIONS
            # The other port has its own bound.
            assert (await plain.send(RECEIPT)).success
            assert (await pos.send(RECEIPT)).success
            _hang_up(held)


async def test_a_handshake_that_does_not_begin_is_not_waited_for(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "HTTP_HANDSHAKE_S", 0.5)
    async with shop(**_https(certificate)) as here:
        address = f"https://127.0.0.1:{here.tls_port}"
        held = await _callers(here.tls_port, 2 * HTTP_CONNECTIONS)
        async with EposPos(address, trusts=str(certificate[0])) as pos:
            # Nobody hung up but the door.
            assert (await pos.send(RECEIPT)).success
        await asyncio.sleep(1.0)
        assert [each for each in held if not await _is_gone(each)] == []
        _hang_up(held)


async def test_a_caller_that_speaks_no_tls_is_hung_up_on(
    certificate: tuple[Path, Path],
) -> None:
    async with shop(**_https(certificate)) as here:
        with contextlib.suppress(ConnectionError):
            await _say(here.tls_port, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        address = f"https://127.0.0.1:{here.tls_port}"
        async with EposPos(address, trusts=str(certificate[0])) as pos:
            assert (await pos.send(RECEIPT)).success


async def test_a_stranger_is_hung_up_on_before_the_handshake(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    # All of 127.0.0.0/8 is this machine, so a stranger of it has to be made.
    monkeypatch.setattr(
        HttpDoorSettings, "admits", lambda _self, source: source != "127.0.0.2"
    )
    shaken: list[ssl.SSLObject] = []
    begin = ssl.SSLContext.wrap_bio

    def shake(context: ssl.SSLContext, *said: Any, **more: Any) -> ssl.SSLObject:
        shaken.append(begin(context, *said, **more))
        return shaken[-1]

    monkeypatch.setattr(ssl.SSLContext, "wrap_bio", shake)
    async with shop(**_https(certificate)) as here:
        for source, hung_up in (("127.0.0.2", True), ("127.0.0.1", False)):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", here.tls_port, local_addr=(source, 0)
            )
            said = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    said = await reader.read()
            writer.close()
            assert (said == b"", bool(shaken)) == (hung_up, not hung_up)


async def test_a_stop_does_not_wait_for_handshakes(
    certificate: tuple[Path, Path],
) -> None:
    async with shop(**_https(certificate)) as here, here.pos() as pos:
        await pos.send(RECEIPT)
        held = await _callers(here.tls_port, 5)
        await asyncio.sleep(0.1)
        here.service.cancel()
        async with asyncio.timeout(2):
            await asyncio.wait([here.service])
        _hang_up(held)


async def test_a_certificate_and_its_key_may_be_in_one_file(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    both = tmp_path / "both.pem"
    both.write_text(certificate[1].read_text() + certificate[0].read_text())
    async with shop(listen_tls="127.0.0.1:8043", certfile=both) as here:
        address = f"https://127.0.0.1:{here.tls_port}"
        async with EposPos(address, trusts=str(certificate[0])) as pos:
            assert (await pos.send(RECEIPT)).success


def test_a_certificate_that_is_not_there_says_what_to_do(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    cert, _ = certificate
    wrong = tmp_path / "key.pem"
    for certfile, keyfile, remedy in (
        (tmp_path / "cert.pem", None, "door.http.certfile = .* cannot be read"),
        (cert, wrong, "door.http.keyfile = .* cannot be read"),
        (cert, None, "no certificate with its key"),
        (Path(__file__), None, "no certificate with its key"),
    ):
        said = HttpDoorSettings(
            listen_tls="127.0.0.1:8043", certfile=certfile, keyfile=keyfile
        )
        with pytest.raises(ConfigError, match=remedy):
            HttpDoor(said, [])
