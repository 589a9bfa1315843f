"""The way past a dead agent, with real sockets, ptys and processes."""

from __future__ import annotations

import ast
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent import bypass, bypass_wires
from agent.bypass import Bypass
from agent.bypass_wires import NoWayError, Printer, Way, way

JOB = b"\x1b@BOULANGERIE\n" + bytes(range(256)) * 900 + b"\x1dV\0"
"""More than a socket's buffers on the way take at once."""


class NetworkPrinter:
    """Takes one connection after the other, answers DLE EOT, and keeps the paper."""

    def __init__(self, port: int = 0) -> None:
        self.jobs: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                came, _ = self._listener.accept()
            except OSError:
                return
            with came:
                paper = b""
                while said := came.recv(4096):
                    paper += said
                    if said.endswith(b"\x10\x04\x01"):
                        came.sendall(b"\x16")
                self.jobs.append(paper)

    def switch_off(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@contextmanager
def serving(
    at: Way | Printer, *sources: Way, idle_s: float = 60.0, longest_s: float = 600.0
) -> Iterator[tuple[Bypass, int, threading.Thread]]:
    """A bypass before ``at``; its port."""
    made = Bypass(Printer(at) if isinstance(at, Way) else at)
    with socket.create_server(("127.0.0.1", 0), backlog=512) as port:
        port.setblocking(False)
        given = ([port], sources, idle_s, longest_s)
        thread = threading.Thread(target=made.serve, args=given, daemon=True)
        thread.start()
        try:
            yield made, port.getsockname()[1], thread
        finally:
            made.stopping = True
            thread.join(10)
            assert not thread.is_alive()


def until(holds: Callable[[], bool], within_s: float = 20.0) -> None:
    ends_s = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < ends_s, "it never came true"
        time.sleep(0.01)


def hand_in(port: int, job: bytes) -> None:
    """As a POS that writes and closes."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(job)


@pytest.fixture
def printer() -> Iterator[NetworkPrinter]:
    made = NetworkPrinter()
    yield made
    made.switch_off()


class Cable:
    """A pty: ``path`` is a device, what is written to it is ``heard``."""

    def __init__(self) -> None:
        self.fd, far = pty.openpty()
        tty.setraw(far)
        self.path = os.ttyname(far)
        self._far = far
        os.set_blocking(self.fd, False)

    def heard(self) -> bytes:
        try:
            return os.read(self.fd, 65536)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        os.close(self.fd)
        os.close(self._far)


@pytest.fixture
def cables() -> Iterator[tuple[Cable, Cable]]:
    made = Cable(), Cable()
    yield made
    for each in made:
        each.close()


def test_jobs_reach_the_printer_byte_for_byte_and_one_by_one(
    printer: NetworkPrinter,
) -> None:
    jobs = [JOB, b"second\n", b"third\n"]
    with serving(Way("tcp", "127.0.0.1", printer.port)) as (_, port, _):
        for job in jobs:
            hand_in(port, job)
        until(lambda: len(printer.jobs) == len(jobs))
    assert sorted(printer.jobs) == sorted(jobs)


def test_the_printers_answers_come_back(printer: NetworkPrinter) -> None:
    with (
        serving(Way("tcp", "127.0.0.1", printer.port)) as (_, port, _),
        socket.create_connection(("127.0.0.1", port), 10) as line,
    ):
        line.sendall(b"\x10\x04\x01")
        assert line.recv(1) == b"\x16"


def test_a_pos_that_resets_its_line_has_been_heard(printer: NetworkPrinter) -> None:
    with serving(Way("tcp", "127.0.0.1", printer.port)) as (_, port, _):
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"TOTAL 12,30\n\x10\x04\x01")
            until(lambda: bool(line.recv(1)))  # it is through
            hard = b"\x01\0\0\0\0\0\0\0"
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hard)
        until(lambda: printer.jobs == [b"TOTAL 12,30\n\x10\x04\x01"])


def test_a_printer_that_is_away_is_waited_for() -> None:
    first = NetworkPrinter()
    port_of_printer = first.port
    first.switch_off()
    with serving(Way("tcp", "127.0.0.1", port_of_printer)) as (_, port, _):
        hand_in(port, b"TOTAL 5,00\n")
        time.sleep(0.2)
        second = NetworkPrinter(port_of_printer)
        until(lambda: second.jobs == [b"TOTAL 5,00\n"])
        second.switch_off()


def test_two_hundred_that_wait_for_a_printer_are_printed_in_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All threads at once were more than ``TasksMax=``, and that was its end."""
    monkeypatch.setattr(bypass_wires, "LINGER_S", 0.0)
    away = NetworkPrinter()
    away.switch_off()
    jobs = [b"COMMANDE %d\n" % number for number in range(200)]
    before = threading.active_count()
    with serving(Way("tcp", "127.0.0.1", away.port)) as (_, port, _):
        lines = []
        for job in jobs:
            line = socket.create_connection(("127.0.0.1", port), 60)
            line.sendall(job)
            line.shutdown(socket.SHUT_WR)
            lines.append(line)
        until(lambda: threading.active_count() >= before + bypass.JOBS)
        time.sleep(1.0)
        assert threading.active_count() <= before + 1 + bypass.JOBS
        back = NetworkPrinter(away.port)
        for line in lines:
            with line:
                assert line.recv(1) == b""  # taken; a reset would raise
        until(lambda: len(back.jobs) == len(jobs))
        assert back.jobs == jobs
        back.switch_off()


def test_jobs_for_a_device_keep_their_order_too(
    cables: tuple[Cable, Cable], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bypass_wires, "LINGER_S", 0.0)
    cable, _ = cables
    jobs = [b"%d\n" % number for number in range(100)]
    paper = b""
    with serving(way(f"serial://{cable.path}?baud=38400")) as (_, port, _):
        with socket.create_connection(("127.0.0.1", port)) as first:
            first.sendall(b"first\n")
            until(lambda: cable.heard() == b"first\n")
            for job in jobs:
                hand_in(port, job)
            time.sleep(0.5)
        ends_s = time.monotonic() + 60
        while len(paper) < len(b"".join(jobs)) and time.monotonic() < ends_s:
            paper += cable.heard()
            time.sleep(0.01)
    assert paper.split() == b"".join(jobs).split()


def test_without_a_thread_to_be_had_it_carries_a_job_itself(
    printer: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above ``TasksMax=``, or without memory."""
    jobs = [JOB, b"second\n", b"third\n"]
    monkeypatch.setattr(bypass_wires, "LINGER_S", 0.0)
    with serving(Way("tcp", "127.0.0.1", printer.port)) as (_, port, thread):

        def refused(_: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(threading.Thread, "start", refused)
        for job in jobs:
            hand_in(port, job)
        until(lambda: len(printer.jobs) == len(jobs))
        assert printer.jobs == jobs
        assert thread.is_alive()


def test_who_says_nothing_for_long_is_hung_up_on(
    printer: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bypass, "IDLE_S", 0.3)
    with (
        serving(Way("tcp", "127.0.0.1", printer.port)) as (_, port, _),
        socket.create_connection(("127.0.0.1", port), 20) as line,
    ):
        line.sendall(b"TOTAL 5,00\n")
        assert line.recv(1) == b""
        until(lambda: printer.jobs == [b"TOTAL 5,00\n"])


def test_what_the_first_is_away_for_goes_to_the_second_until_it_is_back(
    printer: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bypass_wires, "LINGER_S", 0.0)
    first = NetworkPrinter()
    first.switch_off()
    at = Printer(
        Way("tcp", "127.0.0.1", first.port), Way("tcp", "127.0.0.1", printer.port), 1.5
    )
    with serving(at) as (_, port, _):
        began_s = time.monotonic()
        hand_in(port, b"one\n")
        until(lambda: printer.jobs == [b"one\n"])
        assert time.monotonic() - began_s > 1.5
        hand_in(port, b"two\n")
        until(lambda: printer.jobs == [b"one\n", b"two\n"])
        back = NetworkPrinter(first.port)
        hand_in(port, b"three\n")
        until(lambda: back.jobs == [b"three\n"])
        back.switch_off()
    assert printer.jobs == [b"one\n", b"two\n"]


def test_a_device_may_stand_in(cables: tuple[Cable, Cable]) -> None:
    nobody = NetworkPrinter()
    nobody.switch_off()
    cable, _ = cables
    second = way(f"serial://{cable.path}")
    at = Printer(Way("tcp", "127.0.0.1", nobody.port), second, 0.0)
    with serving(at) as (_, port, _):
        hand_in(port, b"TOTAL 5,00\n")
        until(lambda: cable.heard() == b"TOTAL 5,00\n")


class FromAfar(socket.socket):
    """A port whose callers are of the network, by what it says of them."""

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        came, _ = super().accept()
        return came, ("192.0.2.7", 40_000)


@pytest.mark.parametrize(
    ("said", "prints"),
    [
        (None, True),
        ("{port}=192.0.2.0/28 9101=", True),
        ("{port}= 9101=192.0.2.7", False),
        ("{port}=192.0.2.8,2001:db8::7", False),
        ("{port}=nobody.example", False),
        ("", False),
    ],
)
def test_who_may_print_at_the_agent_may_here_and_nobody_else(
    said: str | None, prints: bool, printer: NetworkPrinter
) -> None:
    with FromAfar(socket.AF_INET, socket.SOCK_STREAM) as port:
        port.bind(("127.0.0.1", 0))
        port.listen()
        port.setblocking(False)
        number = port.getsockname()[1]
        allowed = None if said is None else bypass.allowed(said.format(port=number))
        made = Bypass(Printer(Way("tcp", "127.0.0.1", printer.port)), allowed)
        thread = threading.Thread(
            target=made.serve, args=([port], [], 60.0, 600.0), daemon=True
        )
        thread.start()
        with socket.create_connection(("127.0.0.1", number)) as pos:
            if prints:
                pos.sendall(JOB)
                pos.shutdown(socket.SHUT_WR)
                until(lambda: JOB in printer.jobs)
            else:
                assert pos.recv(1) == b""
        made.stopping = True
        thread.join(10)
    assert (printer.jobs == [JOB]) is prints


@pytest.mark.parametrize(
    ("first", "second", "reached"),
    [
        ("tcp://10.0.0.9", "", ["tcp"]),
        ("tcp://10.0.0.9", "file:///dev/usb/lp1", ["tcp", "file"]),
        ("tcp://10.0.0.9", "usb://04b8:0202", ["tcp"]),
        ("usb://04b8:0202", "file:///dev/usb/lp1", ["file"]),
    ],
)
def test_of_two_printers_each_that_can_be_reached_is_used(
    first: str, second: str, reached: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECEIPT_AGENT_PRINTER", first)
    monkeypatch.setenv("RECEIPT_AGENT_BACKUP", second)
    monkeypatch.setenv("RECEIPT_AGENT_BACKUP_AFTER_S", "7.5")
    made = bypass._printer()
    ways = [made._first, *([made._second] if made._second else [])]
    assert [each.kind for each in ways] == reached
    assert made._second is None or made._after_s == 7.5


def test_without_any_printer_the_pos_is_told_by_a_reset(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bypass_wires, "PATIENCE_S", 0.1)
    nobody = NetworkPrinter()
    nobody.switch_off()
    with (
        serving(Way("tcp", "127.0.0.1", nobody.port)) as (_, port, _),
        socket.create_connection(("127.0.0.1", port), 20) as line,
    ):
        line.sendall(b"TOTAL 5,00\n")
        with pytest.raises(ConnectionResetError):
            line.recv(1)


def test_it_ends_when_nobody_printed_for_a_while(printer: NetworkPrinter) -> None:
    at = Way("tcp", "127.0.0.1", printer.port)
    with serving(at, idle_s=3.0) as (_, port, thread):
        hand_in(port, b"TOTAL 5,00\n")
        thread.join(20)
        assert not thread.is_alive()
        until(lambda: printer.jobs == [b"TOTAL 5,00\n"])


def test_it_does_not_end_in_a_job(printer: NetworkPrinter) -> None:
    at = Way("tcp", "127.0.0.1", printer.port)
    with serving(at) as (made, port, thread):
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"TOTAL\x10\x04\x01")
            assert line.recv(1) == b"\x16"  # it is in the job
            made.stopping = True
            thread.join(1.0)
            assert thread.is_alive()
            line.sendall(b" 5,00\n")
        thread.join(20)
        assert not thread.is_alive()
        until(lambda: printer.jobs == [b"TOTAL\x10\x04\x01 5,00\n"])


def test_a_serial_printer_gets_one_job_at_a_time(cables: tuple[Cable, Cable]) -> None:
    cable, _ = cables
    at = way(f"serial://{cable.path}?baud=38400&flow=rtscts")
    paper = b""
    with serving(at) as (_, port, _):
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(b"one ")
            until(lambda: cable.heard() == b"one ")
            hand_in(port, b"two")
            slow.sendall(b"more")
        ends_s = time.monotonic() + 20
        while paper != b"moretwo":
            paper += cable.heard()
            assert time.monotonic() < ends_s, paper
            time.sleep(0.01)


def test_a_cable_from_the_pos_is_carried_too(
    cables: tuple[Cable, Cable],
    printer: NetworkPrinter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bypass, "SILENT_S", 0.2)
    cable, _ = cables
    source = way(f"serial://{cable.path}?baud=9600")
    at = Way("tcp", "127.0.0.1", printer.port)
    with serving(at, source):
        time.sleep(0.2)  # it opens the cable, which a pty's other end cannot see
        os.write(cable.fd, b"TOTAL 7,00\n")
        until(lambda: printer.jobs == [b"TOTAL 7,00\n"])
        os.write(cable.fd, b"TOTAL 8,00\n")
        until(lambda: printer.jobs == [b"TOTAL 7,00\n", b"TOTAL 8,00\n"])


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        ("tcp://192.168.1.50", Way("tcp", "192.168.1.50", 9100)),
        ("tcp://[::1]:9101", Way("tcp", "::1", 9101)),
        ("file:///dev/usb/lp0", Way("file", "/dev/usb/lp0")),
        (
            "serial:///dev/ttyUSB0?baud=9600&flow=xonxoff",
            Way(
                "serial",
                "/dev/ttyUSB0",
                options=(("baud", "9600"), ("flow", "xonxoff")),
            ),
        ),
        ("cups://TICKETS", Way("cups", "TICKETS", options=(("host", ""),))),
        (
            "cups://box:631/TICKETS",
            Way("cups", "TICKETS", options=(("host", "box:631"),)),
        ),
    ],
)
def test_a_link_means_what_it_means_to_the_agent(link: str, meant: Way) -> None:
    assert way(link) == meant


@pytest.mark.parametrize("link", ["", "usb://04b8:0202", "file://", "tcp://"])
def test_a_link_that_needs_the_agent_is_said(link: str) -> None:
    with pytest.raises(NoWayError, match="past the agent"):
        way(link)


def test_nothing_but_the_standard_library_is_needed() -> None:
    for module in (bypass, bypass_wires):
        tree = ast.parse(Path(str(module.__file__)).read_text())
        names = {
            name.partition(".")[0] if not name.startswith("agent.bypass") else name
            for node in ast.walk(tree)
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [each.name for each in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        }
        assert names <= sys.stdlib_module_names | {"agent.bypass_wires"}


def test_the_program_takes_the_socket_from_systemd_and_says_what_it_does(
    printer: NetworkPrinter, tmp_path: Path
) -> None:
    folder = tmp_path / "agent"
    folder.mkdir()
    (folder / "__init__.py").touch()
    for module in (bypass, bypass_wires):
        source = Path(str(module.__file__))
        (folder / source.name).write_bytes(source.read_bytes())
    as_systemd = (
        "import os, sys; os.environ['LISTEN_PID'] = str(os.getpid()); "
        "os.dup2(int(sys.argv[1]), 3); "
        "os.execv(sys.executable, [sys.executable, '-S', '-m', 'agent.bypass'])"
    )
    with socket.create_server(("127.0.0.1", 0)) as port:
        hand_in(port.getsockname()[1], b"TOTAL 9,00\n")
        process = subprocess.Popen(
            [sys.executable, "-c", as_systemd, str(port.fileno())],
            env={
                "PYTHONPATH": str(tmp_path),
                "LISTEN_FDS": "1",
                "RECEIPT_AGENT_PRINTER": f"tcp://127.0.0.1:{printer.port}",
            },
            pass_fds=(port.fileno(),),
            stderr=subprocess.PIPE,
            text=True,
        )
        until(lambda: printer.jobs == [b"TOTAL 9,00\n"])
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "<4>the agent is down" in said


def test_without_a_printer_it_says_where_to_write_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("RECEIPT_AGENT_PRINTER", raising=False)
    assert bypass.main([]) == bypass.UNAVAILABLE
    assert "/etc/default/receipt-agent" in capsys.readouterr().err


def test_whoever_calls_the_screens_is_told_to_come_again() -> None:
    made = Bypass(Printer(Way("tcp", "127.0.0.1", 9)))
    with (
        socket.create_server(("127.0.0.1", 0)) as port,
        socket.create_server(("127.0.0.1", 0)) as screens,
    ):
        for each in (port, screens):
            each.setblocking(False)
        given = ([port], (), 60.0, 600.0, [screens])
        thread = threading.Thread(target=made.serve, args=given, daemon=True)
        thread.start()
        try:
            with socket.create_connection(screens.getsockname(), 10) as page:
                page.sendall(b"GET /display HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                said = b""
                while piece := page.recv(4096):
                    said += piece
        finally:
            made.stopping = True
            thread.join(10)
    assert said.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: 5" in said


def test_pages_that_say_nothing_keep_no_job_out(
    printer: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser opens lines in advance; each had one of the threads for two seconds."""
    made = Bypass(Printer(Way("tcp", "127.0.0.1", printer.port)))
    monkeypatch.setattr(bypass, "HEAD_S", 60.0)
    with (
        socket.create_server(("127.0.0.1", 0)) as port,
        socket.create_server(("127.0.0.1", 0), backlog=128) as screens,
    ):
        for each in (port, screens):
            each.setblocking(False)
        before = threading.active_count()
        given = ([port], (), 60.0, 600.0, [screens])
        thread = threading.Thread(target=made.serve, args=given, daemon=True)
        thread.start()
        pages = [socket.create_connection(screens.getsockname()) for _ in range(100)]
        try:
            until(lambda: len(made._pages._came) == bypass.PAGES)
            time.sleep(0.3)
            assert threading.active_count() == before + 1
            hand_in(port.getsockname()[1], b"TOTAL 5,00\n")
            until(lambda: printer.jobs == [b"TOTAL 5,00\n"])
            assert len(made._pages._came) == bypass.PAGES
        finally:
            for page in pages:
                page.close()
            made.stopping = True
            thread.join(10)
        assert not thread.is_alive()


def test_by_their_names_it_knows_the_screens_from_the_printer() -> None:
    """As systemd hands them over: sd_listen_fds(3)."""
    says = (
        "import os, socket; from agent import bypass;"
        "os.environ['LISTEN_PID'] = str(os.getpid());"
        "print([len(each) for each in bypass.inherited()])"
    )
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
        socket.create_server(("127.0.0.1", 0)) as three,
    ):
        ports = (one, two, three)

        def place() -> None:
            copies = [os.dup(each.fileno()) for each in ports]
            for number, copy in enumerate(copies):
                os.dup2(copy, bypass.FIRST_FD + number)

        done = subprocess.run(
            [sys.executable, "-c", says],
            env=os.environ
            | {"LISTEN_FDS": "3", "LISTEN_FDNAMES": "print:screens:print"},
            preexec_fn=place,
            close_fds=False,
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.strip() == "[2, 1]"
