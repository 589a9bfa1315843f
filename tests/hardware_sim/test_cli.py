"""Each device as a tool of its own, started as a person starts it."""

from __future__ import annotations

import asyncio
import io
import signal
from pathlib import Path

import pytest
from PIL import Image

from hardware_sim import cli
from hardware_sim.line import Line
from hardware_sim.pos import Pos
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
    for verb in ("shop", "pos", "printer", "serial", "phone", "mailbox"):
        (line,) = [each for each in said.splitlines() if each.split()[:1] == [verb]]
        assert len(line.split()) > 3


async def test_a_pos_prints_to_a_printer(tmp_path: Path) -> None:
    port, pictures = free_port(), tmp_path / "pictures"
    printer = await started(
        tmp_path, "tcp://", "printer", "--port", str(port), "--png", str(pictures)
    )
    argv = ["pos", "--to", f"127.0.0.1:{port}", "--trade", "bakery", "--seed", "3"]
    assert await asyncio.to_thread(cli.main, argv) == 0
    await wait_said(printer, "sheet 1")
    assert "Le Fournil des Halles" in printer.said()
    assert await printer.stop(signal.SIGINT) == 0
    assert "Traceback" not in printer.said()
    assert (pictures / "sheet-0001.png").read_bytes()[:4] == b"\x89PNG"


async def test_a_pos_without_printer_fails(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["pos", "--to", f"127.0.0.1:{free_port()}", "--trade", "kitchen"]
    assert await asyncio.to_thread(cli.main, argv) == 1
    assert "ConnectionRefusedError" in capsys.readouterr().out


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
