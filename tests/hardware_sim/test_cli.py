"""Each device as a tool of its own, started as a person starts it."""

from __future__ import annotations

import asyncio
import io
import re
import signal
import socket
from pathlib import Path

import pytest
from PIL import Image

from agent.intake.settings import StarDoorSettings, TcpDoorSettings
from hardware_sim import cli
from hardware_sim.line import Line
from hardware_sim.pos import Played, Pos
from hardware_sim.programs import Program, free_port
from tests.hardware_sim.test_mailbox import letter, send_to
from tests.hardware_sim.test_phone import qr_png
from tests.hardware_sim.web import one_page

WAIT_S = 20.0


async def started(folder: Path, says: str, *arguments: str) -> Program:
    tool = Program("tool", ["-m", "hardware_sim", *arguments], folder / "tool.log")

    async def ready() -> bool:
        return says in tool.said()

    await tool.start(ready, WAIT_S)
    return tool


async def wait_said(tool: Program, words: str) -> None:
    async with asyncio.timeout(WAIT_S):
        while words not in tool.said():  # noqa: ASYNC110 -- another process has no bell
            await asyncio.sleep(0.02)


def test_help_names_every_device(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for verb in (
        *("shop", "pos", "printer", "serial", "phone"),
        *("scanner", "keypad", "mailbox"),
    ):
        (line,) = [each for each in said.splitlines() if each.split()[:1] == [verb]]
        assert len(line.split()) > 3


async def test_a_pos_prints_to_a_printer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port, pictures = free_port(), tmp_path / "pictures"
    printer = await started(
        tmp_path, "tcp://", "printer", "--port", str(port), "--png", str(pictures)
    )
    argv = ["pos", "--to", f"127.0.0.1:{port}", "--trade", "bakery", "--seed", "3"]
    assert await asyncio.to_thread(cli.main, argv) == 0
    said = capsys.readouterr().out
    assert re.fullmatch(
        r"bakery-3 \(\w+\): total \d+,\d\d €, \d+ bytes\n"
        rf"accepted by 127\.0\.0\.1:{port} after \d+ ms\n",
        said,
    )
    await wait_said(printer, "sheet 1")
    assert "Le Fournil des Halles" in printer.said()
    assert await printer.stop(signal.SIGINT) == 0
    assert "Traceback" not in printer.said()
    assert (pictures / "sheet-0001.png").read_bytes()[:4] == b"\x89PNG"


async def test_a_star_shows_what_it_prints_and_obeys_its_own_words(
    tmp_path: Path,
) -> None:
    port = free_port()
    star = await started(tmp_path, "tcp://", "printer", "--star", "--port", str(port))
    row = b"b\x03\x00" + b"\x07" * 3
    with socket.create_connection(("127.0.0.1", port)) as till:
        till.sendall(b"\x1b@TOTAL 9,50\n\x1bd\x02\x1b*rA" + row * 4 + b"\x1b*rB\x1c")
        await wait_said(star, "sheet 2")
        await wait_said(star, "the drawer opens")
    assert "--- sheet 1\nTOTAL 9,50\n" in star.said()
    assert "--- sheet 2\n[4 rows of dots]\n" in star.said()
    assert star.said().count("drawer") == 1
    assert await star.stop(signal.SIGINT) == 0


async def test_a_pos_without_printer_says_whom_it_cannot_reach(
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = free_port()
    argv = ["pos", "--to", f"127.0.0.1:{port}", "--trade", "kitchen"]
    assert await asyncio.to_thread(cli.main, argv) == 69
    said = capsys.readouterr()
    assert "no total" in said.out
    assert said.err == f"cannot reach 127.0.0.1:{port}: Connection refused\n"


def test_a_pos_says_why_its_job_found_no_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Played(0.1, 0.2, None, b"", "TimeoutError", "no answer in time")
    monkeypatch.setattr("hardware_sim.pos.play_now", lambda *_: broken)
    assert cli.main(["pos", "--to", "printer.example:9100"]) == 69
    said = capsys.readouterr().err
    assert said == "no end of the job at printer.example:9100: no answer in time\n"


@pytest.mark.parametrize("device", ["shop", "printer", "mailbox"])
def test_a_taken_port_is_told_in_one_line(
    device: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main([device, "--port", str(port)]) == 69
    said = capsys.readouterr()
    assert said.err == (
        f"port {port} is taken: stop what holds it or name another with --port\n"
    )
    assert said.out == ""


def test_every_option_says_what_it_does_and_what_it_is_without() -> None:
    (verbs,) = (
        action.choices
        for action in cli.parser()._actions
        if isinstance(action.choices, dict)
    )
    for name, verb in verbs.items():
        for action in verb._actions[1:]:
            assert action.help, (name, action.dest)
            assert "(default: " in action.help or "(required)" in action.help


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_is_a_number_that_ports_have(
    port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["printer", "--port", port])
    assert "0 to 65535" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing"
    assert cli.main(["pos", "--file", str(missing)]) == 66
    assert cli.main(["phone", "--png", str(missing)]) == 66
    text = tmp_path / "text.png"
    text.write_text("no picture")
    assert cli.main(["phone", "--png", str(text)]) == 66
    said = capsys.readouterr().err.splitlines()
    assert said[0] == said[1] == f"cannot read {missing}: No such file or directory"
    assert said[2] == f"cannot read {text}: no picture"


async def _answer(port: int, question: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(question)
        async with asyncio.timeout(WAIT_S):
            return await reader.read(1)
    finally:
        writer.close()


async def test_a_printer_may_be_without_paper_from_the_start(tmp_path: Path) -> None:
    port = free_port()
    printer = await started(
        tmp_path, "tcp://", "printer", "--port", str(port), "--state", "paper-out"
    )
    assert await _answer(port, b"\x10\x04\x04") == b"\x7e"
    assert await printer.stop(signal.SIGINT) == 0


async def test_a_printer_may_reboot_again_and_again(tmp_path: Path) -> None:
    arguments = ("--port", "0", "--reboot-every", "0.2", "--off", "0.1")
    printer = await started(tmp_path, "tcp://", "printer", *arguments)
    async with asyncio.timeout(WAIT_S):
        while printer.said().count("--- on") < 2:  # noqa: ASYNC110 -- another process
            await asyncio.sleep(0.05)
    assert await printer.stop(signal.SIGINT) == 0


async def test_a_printer_may_be_mute_and_slow(tmp_path: Path) -> None:
    port = free_port()
    arguments = ("--port", str(port), "--mute", "--slow", "300")
    printer = await started(tmp_path, "tcp://", "printer", *arguments)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"\x10\x04\x01")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await reader.read(1)
    writer.close()
    assert await printer.stop(signal.SIGINT) == 0


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "fast"])
def test_a_speed_is_a_number_above_zero(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["printer", "--slow", text])
    assert "a number above 0" in capsys.readouterr().err


def test_no_device_listens_where_a_door_does_by_default() -> None:
    port = cli.parser().parse_args(["printer"]).port
    doors = (TcpDoorSettings(), StarDoorSettings())
    assert port not in {door.address[1] for door in doors}


async def test_a_serial_cable_has_a_printer_at_its_end(tmp_path: Path) -> None:
    cable = await started(tmp_path, "print to /dev/", "serial", "--baud", "0")
    path = cable.said().rpartition("print to ")[2].split()[0]
    till = Line.of_path(Path(path))
    await till.write(b"\x1b@Bonjour\n\x1dV\x00")
    await wait_said(cable, "Bonjour")
    till.close()
    assert await cable.stop(signal.SIGTERM) == 0


async def test_a_mailbox_shows_what_arrives(tmp_path: Path) -> None:
    port = free_port()
    box = await started(tmp_path, "smtp://", "mailbox", "--port", str(port))
    await send_to(port, letter())
    await wait_said(box, "Total : 12,90")
    assert "to camille@example.org: Votre ticket" in box.said()
    assert await box.stop(signal.SIGINT) == 0


async def test_a_phone_reads_and_opens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "qr.png"
    async with one_page("<dt>Total</dt><dd>7,70 €</dd>") as site:
        picture.write_bytes(qr_png(site.url))
        argv = ["phone", "--png", str(picture)]
        assert await asyncio.to_thread(cli.main, argv) == 0
    assert "status 200, total 770 cents" in capsys.readouterr().out
    assert await asyncio.to_thread(cli.main, argv) == 1  # nobody there any more
    assert "not opened" in capsys.readouterr().err


def test_a_phone_that_sees_no_qr_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blank = io.BytesIO()
    Image.new("L", (50, 50), 255).save(blank, "PNG")
    (tmp_path / "blank.png").write_bytes(blank.getvalue())
    assert cli.main(["phone", "--png", str(tmp_path / "blank.png")]) == 1
    assert "no QR to be read" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["nine", "127.0.0.1:", "127.0.0.1:x"])
def test_an_address_is_host_and_port(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["pos", "--to", text])
    assert "HOST:PORT" in capsys.readouterr().err


async def test_the_address_may_be_a_port_alone() -> None:
    arguments = cli.parser().parse_args(["pos", "--to", ":9101"])
    assert Pos(*arguments.to).port == 9101
