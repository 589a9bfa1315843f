"""A connection as a line: what is read, when no more is taken, how it ends."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from agent.accepting import accepted
from agent.intake.limits import READ_BYTES
from agent.intake.listening import listening
from agent.intake.tcp_line import TcpLine

_HEARS_AND_STAYS = """\
import asyncio
from agent.accepting import accepted
from agent.intake.listening import listening
from agent.intake.tcp_line import TcpLine

async def main():
    loop, port = asyncio.get_running_loop(), listening("127.0.0.1", 0)
    print(port.getsockname()[1], flush=True)
    line, (caller, _) = TcpLine("127.0.0.1"), await accepted(port)
    await loop.connect_accepted_socket(lambda: line, caller)
    await line.read(30.0)
    print("heard", flush=True)
    await asyncio.sleep(60.0)

asyncio.run(main())
"""
"""A program with one line: it says its port, then that it has read something."""


@asynccontextmanager
async def connected() -> AsyncGenerator[tuple[TcpLine, socket.socket]]:
    loop = asyncio.get_running_loop()
    with listening("127.0.0.1", 0) as port:
        pos = socket.create_connection(port.getsockname())
        pos.setblocking(False)
        line, (caller, _) = TcpLine("127.0.0.1"), await accepted(port)
        await loop.connect_accepted_socket(lambda: line, caller)
        async with asyncio.timeout(10):
            try:
                yield line, pos
            finally:
                pos.close()
                line.close()
                await asyncio.sleep(0)


async def test_what_came_is_read_at_once_and_silence_is_no_hang_up() -> None:
    async with connected() as (line, pos):
        pos.send(b"PAIN")
        assert await line.read(5.0) == b"PAIN"
        assert await line.read(0.01) is None
        assert line.ready() == b""


async def test_a_pos_that_half_closes_has_hung_up_and_hears_our_answers() -> None:
    async with connected() as (line, pos):
        pos.send(b"PAIN")
        pos.shutdown(socket.SHUT_WR)
        assert await line.read(5.0) == b"PAIN"
        assert await line.read(5.0) == b""
        assert not line.broken
        line.write(b"\x12")
        assert await asyncio.get_running_loop().sock_recv(pos, 9) == b"\x12"


async def test_a_reset_says_that_the_line_broke_behind_what_had_come() -> None:
    async with connected() as (line, pos):
        pos.send(b"PAI")
        assert await line.read(5.0) == b"PAI"
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        pos.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        pos.close()
        assert await line.read(5.0) == b""
        assert line.broken


async def test_a_pos_that_closes_without_reading_our_answers_loses_nothing() -> None:
    sent, got = b"x" * 60_000, bytearray()
    async with connected() as (line, pos):
        line.write(b"\x16")
        await asyncio.get_running_loop().sock_sendall(pos, sent)
        await asyncio.sleep(0.1)
        pos.close()  # our answer is unread: the kernel resets the line
        await asyncio.sleep(0.1)
        while data := await line.read(2.0):
            got += data
    assert bytes(got) == sent


async def test_what_nobody_reads_stays_with_the_pos_until_somebody_does() -> None:
    async with connected() as (line, pos):
        loop, sent = asyncio.get_running_loop(), bytes(range(256)) * (64 << 10)
        sending = loop.create_task(loop.sock_sendall(pos, sent))
        await asyncio.sleep(0.2)
        assert not sending.done()  # 16 MB, and we hold two reads of it
        got = bytearray()
        while len(got) < len(sent):
            data = await line.read(5.0)
            assert data is not None
            assert len(data) <= READ_BYTES
            got += data
        await sending
        assert got == sent


async def test_at_a_stop_no_more_is_taken() -> None:
    async with connected() as (line, pos):
        pos.send(b"PAIN")
        await asyncio.sleep(0.05)
        line.end()
        pos.send(b"BEURRE")
        await asyncio.sleep(0.05)
        assert await line.read(5.0) == b"PAIN"
        assert await line.read(5.0) == b""
        assert not line.broken


async def test_our_hang_up_is_none_of_a_printer_that_broke() -> None:
    async with connected() as (line, pos):
        loop = asyncio.get_running_loop()
        line.write(b"\x12")
        line.close()
        assert await loop.sock_recv(pos, 9) == b"\x12"
        assert await loop.sock_recv(pos, 9) == b""


async def test_who_is_turned_away_does_not_take_it_for_done() -> None:
    async with connected() as (line, pos):
        line.abort()
        with pytest.raises(ConnectionResetError):
            await asyncio.get_running_loop().sock_recv(pos, 9)


async def test_a_kill_does_not_say_that_the_job_is_safe() -> None:
    """All that came was read: without more ado the kernel would say FIN for us."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _HEARS_AND_STAYS), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert program.stdout is not None
        async with asyncio.timeout(60):
            port = int(await program.stdout.readline())
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"PAIN")
            writer.write_eof()
            assert await program.stdout.readline() == b"heard\n"
            program.kill()
            with pytest.raises(ConnectionResetError):
                await reader.read()
        writer.close()
    finally:
        if program.returncode is None:
            program.kill()
        await program.wait()
