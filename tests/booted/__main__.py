"""``python -m tests.booted [--deb FILE] [--former FILE]``: the package on a booted systemd, broken in many ways.

A POS prints a numbered job every 100 ms while each thing goes wrong.  A row a case: jobs
taken, refused and reset connections, jobs that never came to paper, jobs that came twice,
the longest wait of the POS.  Exit status 1 when a job was refused or lost.  At the end, how
long the daemon takes to be ready and what it needs while nothing is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.messages import MESSAGES
from tests.booted import figures
from tests.booted.guest import Guest, GuestError, moved_away

ROOT: Final = Path(__file__).resolve().parents[2]
AGENT: Final = "receipt-agent.service"
BYPASS: Final = "receipt-agent-bypass.service"
CONFIG: Final = "/etc/receipt-agent/agent.toml"
SHOP: Final = "/root/shop.py"
SENT, PAPER, ONCE = "/root/sent", "/root/paper", "/root/once"
SETTLE_S: Final = 90.0
BAR: Final = "/etc/receipt-agent/bar.toml"
OCR: Final = "/run/receipt-agent-ocr.socket"
FIGURES: Final = "/var/lib/prometheus/node-exporter/receipt-agent.prom"
TOML: Final = """\
[till]
tenant = "enseigne"
store = "S1"
till = "T1"
shop = "LE COMPTOIR"
tickets_url = "https://tickets.example/r/"
[printer]
link = "tcp://127.0.0.1:9101"
[choice]
window_s = 300.0
"""
BAR_TOML: Final = (
    TOML.replace(
        'till = "T1"', 'till = "T1bar"\nstate_dir = "/var/lib/receipt-agent-bar"'
    )
    + """\
[door.tcp]
listen = "127.0.0.1:9200"
[screens]
listen = "127.0.0.1:8180"
"""
)


def restarts(guest: Guest) -> None:
    for _ in range(3):
        guest.run("systemctl", "restart", AGENT)
        time.sleep(1)


def one_kill(guest: Guest) -> None:
    guest.run("systemctl", "kill", "-s", "KILL", "--kill-who=main", AGENT)


def kills(guest: Guest) -> None:
    for _ in range(3):
        guest.run(
            "systemctl", "kill", "-s", "KILL", "--kill-who=main", AGENT, check=False
        )
        time.sleep(2)


def hangs(guest: Guest) -> None:
    """The watchdog finds it after 20 s."""
    guest.run("systemctl", "kill", "-s", "STOP", "--kill-who=main", AGENT)
    time.sleep(25)


def no_interpreter(guest: Guest) -> None:
    with moved_away(guest, "/opt/receipt-agent/venv/bin"):
        guest.run("systemctl", "restart", AGENT, check=False)
        time.sleep(8)


def no_libraries(guest: Guest) -> None:
    with moved_away(guest, "/opt/receipt-agent/venv/lib"):
        guest.run("systemctl", "restart", AGENT, check=False)
        time.sleep(8)


def broken_config(guest: Guest) -> None:
    good = guest.path(CONFIG).read_text()
    guest.path(CONFIG).write_text("[till\n")
    guest.run("systemctl", "restart", AGENT, check=False)
    time.sleep(8)
    guest.path(CONFIG).write_text(good)


def no_config(guest: Guest) -> None:
    with moved_away(guest, CONFIG):
        guest.run("systemctl", "restart", AGENT, check=False)
        time.sleep(8)


def broken_database(guest: Guest) -> None:
    guest.run("systemctl", "kill", "-s", "KILL", "--kill-who=main", AGENT)
    guest.run(
        "sh",
        "-c",
        "for f in /var/lib/receipt-agent/agent.db*; do echo rubbish > $f; done",
    )
    time.sleep(3)


def full_disk(guest: Guest) -> None:
    """The state directory is a file system of its own, and something fills it."""
    fill = "dd if=/dev/zero of=/var/lib/receipt-agent/filler bs=64k status=none"
    guest.run("sh", "-c", f"{fill}; true")
    time.sleep(4)
    guest.run("rm", "/var/lib/receipt-agent/filler")


def upgrade(guest: Guest) -> None:
    """With a configuration in the keys of an earlier version: the package migrates it."""
    was = re.sub(r"config_version = .*\n", "", guest.path(CONFIG).read_text())
    guest.path(CONFIG).write_text(f'{was}[door.tcp]\nidentity_maker = "BIXOLON"\n')
    guest.run("dpkg", "-i", "/root/newer.deb")
    now = guest.path(CONFIG).read_text()
    if "identity_maker" in now or "BIXOLON" not in now:
        raise GuestError(f"the configuration was not migrated: {now}")


def downgrade(guest: Guest) -> None:
    guest.run("dpkg", "-i", "/root/this.deb")


def from_former(guest: Guest) -> None:
    """From what a till has today; its sockets and units are fewer."""
    guest.run("dpkg", "-i", "/root/this.deb")
    guest.until_active("receipt-agent-screens.socket")


def to_former(guest: Guest) -> None:
    """Back to what tills have today, with the configuration that it had then."""
    guest.path(CONFIG).write_text(TOML)
    guest.run("dpkg", "-i", "/root/first.deb")
    guest.until(
        lambda: (
            guest.run("/usr/bin/python3", SHOP, "page", "8080", "", "0.05").find(
                '"sent": 1'
            )
            > 0
        )
    )


def choice_open(guest: Guest) -> None:
    """A customer has not chosen yet; print-held gives the paper before jobs go past."""
    number = guest.run("/usr/bin/python3", SHOP, "receipt", "9100", SENT).strip()
    guest.path(ONCE).write_text(number)
    time.sleep(3)
    if int(number) in _numbers(guest, PAPER):
        raise GuestError(f"receipt {number} was not held")
    since = guest.run("date", "+%F %T").strip()
    began_s = time.monotonic()
    while guest.active(BYPASS) == "inactive":
        guest.run(
            "systemctl", "kill", "-s", "KILL", "--kill-who=main", AGENT, check=False
        )
        time.sleep(1)
    guest.until(lambda: int(number) in _numbers(guest, PAPER))
    took_s = time.monotonic() - began_s
    by_tool = ("journalctl", "-u", BYPASS, "--since", since, "-o", "cat")
    guest.until(lambda: "imprimés" in guest.run(*by_tool))
    if guest.active(AGENT) == "active":
        raise GuestError("the agent was back before the bypass")
    print(f"  (the receipt was on paper {took_s:.1f} s after the first kill)")


def memory_eaten(guest: Guest) -> None:
    """A huge picture, and workers that are killed: the agent goes on as the same process."""
    before = guest.run("systemctl", "show", AGENT, "-p", "MainPID,NRestarts")
    since = guest.run("date", "+%F %T").strip()
    said = guest.run("/usr/bin/python3", SHOP, "eat", OCR)
    for _ in range(2):
        guest.run("systemctl", "kill", "-s", "KILL", "receipt-agent-worker@*.service")
        time.sleep(1)
    journal = guest.run(
        *("journalctl", "-u", "receipt-agent-ocr@*", "--since", since, "-o", "cat")
    )
    # On cgroup v1 systemd hears nothing of the kernel's kill but the status.
    killed = "oom-kill" in journal or "status=137" in journal
    if "cut off" not in said or not killed:
        raise GuestError(f"the picture was not too much: {said}{journal}")
    if guest.run("systemctl", "show", AGENT, "-p", "MainPID,NRestarts") != before:
        raise GuestError("the agent did not outlive it")


def instance_beside(guest: Guest) -> None:
    """A second printer, whose agent dies again and again while the first is restarted."""
    for _ in range(3):
        guest.run(
            *(
                "systemctl",
                "kill",
                "-s",
                "KILL",
                "--kill-who=main",
                "receipt-agent@bar",
            ),
            check=False,
        )
        guest.run("systemctl", "restart", AGENT)
        time.sleep(2)
    guest.until_active(AGENT)


def printer_off(guest: Guest) -> None:
    guest.run("systemctl", "stop", "printer.service")
    time.sleep(5)
    guest.run("systemctl", "start", "printer.service")


FORMER: Final = "an upgrade from the former release"
BACK: Final = "back to the former release"
PAGES: Final = "screens, three restarts"
RUBBISH: Final = "a database of rubbish"
"""What was accepted and not printed yet stood in it: the only case that may lose jobs."""
BESIDE: Final = "a second printer, killed again and again"
CASES: Final[dict[str, tuple[float, Callable[[Guest], None]]]] = {
    FORMER: (30, from_former),
    "nothing goes wrong": (4, lambda _: None),
    "three restarts": (14, restarts),
    "one kill -9": (8, one_kill),
    "killed again and again": (12, kills),
    "killed while a choice is open": (30, choice_open),
    PAGES: (14, restarts),
    BESIDE: (20, instance_beside),
    "memory eaten by what reads": (20, memory_eaten),
    "a hung process": (32, hangs),
    "its interpreter is gone": (16, no_interpreter),
    "its libraries are gone": (16, no_libraries),
    "a broken configuration": (16, broken_config),
    "its configuration is gone": (16, no_config),
    RUBBISH: (12, broken_database),
    "a full disk": (14, full_disk),
    "an upgrade": (30, upgrade),
    "a downgrade": (30, downgrade),
    "the printer is switched off": (14, printer_off),
    BACK: (30, to_former),
}


@dataclass(frozen=True)
class Row:
    """What came of one case."""

    case: str
    sent: int
    refused: int
    reset: int
    lost: int
    twice: int
    longest_s: float
    bypassed: bool

    def __str__(self) -> str:
        past = "yes" if self.bypassed else ""
        return (
            f"{self.case:42} {self.sent:5} {self.refused:8} {self.reset:6} "
            f"{self.lost:5} {self.twice:6} {self.longest_s:9.2f}  {past}"
        )


def play(guest: Guest, case: str) -> Row:
    """One case, from a well agent to a well agent."""
    seconds, breaks = CASES[case]
    guest.until_active(AGENT)
    for name in (SENT, PAPER, ONCE):
        guest.path(name).write_text("")
    since = guest.run("date", "+%F %T").strip()
    role, port = {PAGES: ("page", "8080"), BESIDE: ("pos", "9200")}.get(
        case, ("pos", "9100")
    )
    if case == BESIDE:
        guest.until_active("receipt-agent@bar.service")
    pos = guest.start("/usr/bin/python3", SHOP, role, port, SENT, str(seconds))
    time.sleep(2)
    breaks(guest)
    said, _ = pos.communicate(timeout=seconds + 120)
    told = json.loads(said.splitlines()[-1])
    ends_s = time.monotonic() + SETTLE_S
    while _missing(guest) and time.monotonic() < ends_s:
        time.sleep(0.5)
    on_paper = Counter(_numbers(guest, PAPER))
    for number in _numbers(guest, ONCE):
        if on_paper[number] != 1:
            raise GuestError(f"{number} is on paper {on_paper[number]} times")
    past = "receipt-agent-bypass@bar" if case == BESIDE else BYPASS
    journal = guest.run("journalctl", "-u", past, "--since", since, "-o", "cat")
    return Row(
        case,
        lost=len(_missing(guest)),
        twice=sum(count > 1 for count in on_paper.values()),
        bypassed="the agent is down" in journal,
        **told,
    )


def _numbers(guest: Guest, name: str) -> list[int]:
    return [int(line) for line in guest.path(name).read_text().split()]


def _missing(guest: Guest) -> set[int]:
    return set(_numbers(guest, SENT)) - set(_numbers(guest, PAPER))


@contextmanager
def installed(deb: Path, newer: Path, former: Path | None) -> Iterator[Guest]:
    """A till with the package, set up."""
    with Guest() as guest:
        guest.put(former or deb, "/root/first.deb")
        guest.put(deb, "/root/this.deb")
        guest.put(newer, "/root/newer.deb")
        guest.put(Path(__file__).parent / "shop.py", SHOP)
        guest.run("mkdir", "-p", "/var/lib/receipt-agent")
        guest.run(
            "mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", "/var/lib/receipt-agent"
        )
        guest.run("dpkg", "-i", "/root/first.deb")
        guest.run("chown", "receipt-agent:", "/var/lib/receipt-agent")
        guest.path(CONFIG).write_text(TOML)
        guest.run("chmod", "644", CONFIG)
        guest.path("/run/systemd/system/printer.service").write_text(
            f"[Service]\nExecStart=/usr/bin/python3 {SHOP} printer 9101 {PAPER}\n"
        )
        guest.run("systemctl", "daemon-reload")
        guest.run("systemctl", "start", "printer.service")
        guest.run("systemctl", "start", "receipt-agent-print.socket", AGENT)
        yield guest


def second_printer(guest: Guest) -> None:
    """Its agent and the first have the same paper; it has figures of its own."""
    guest.path(BAR).write_text(BAR_TOML)
    guest.run("chmod", "644", BAR)
    guest.run("/usr/lib/receipt-agent/instance", "add", "bar")
    guest.until_active("receipt-agent@bar.service")
    guest.run("mkdir", "-p", FIGURES.rpartition("/")[0])
    guest.run("systemctl", "start", "receipt-agent-metrics@bar.service")
    figures = guest.path(FIGURES.replace(".prom", "-bar.prom")).read_text()
    if 'receipt_agent_up{agent="bar"} 1' not in figures:
        raise GuestError(f"no figures of the second printer: {figures[-500:]}")


def watched(guest: Guest) -> None:
    """The journal has ids and fields; the timer leaves figures, of a dead agent too."""
    guest.until_active(AGENT)
    guest.run("/usr/bin/python3", SHOP, "receipt", "9100", SENT)
    named = f"MESSAGE_ID={MESSAGES['job accepted'].id}"
    asked = ("journalctl", "-o", "json", "-n", "1", named)
    guest.until(lambda: "RECEIPT_AGENT_JOB" in guest.run(*asked))
    said = json.loads(guest.run(*asked))
    if (said["_SYSTEMD_UNIT"], said["PRIORITY"]) != (AGENT, "6"):
        raise GuestError(f"an entry of the journal without its fields: {said}")
    guest.run("mkdir", "-p", FIGURES.rpartition("/")[0])
    guest.run("systemctl", "start", "receipt-agent-metrics.service")
    up = guest.path(FIGURES).read_text()
    guest.run("systemctl", "stop", AGENT, "receipt-agent-print.socket")
    guest.run("systemctl", "start", "receipt-agent-metrics.service")
    down = guest.path(FIGURES).read_text()
    guest.run("systemctl", "start", "receipt-agent-print.socket", AGENT)
    if "receipt_agent_up 1" not in up or "receipt_agent_jobs_total{" not in up:
        raise GuestError(f"no figures: {up[-500:]}")
    if "receipt_agent_up 0\n" not in down:
        raise GuestError(f"a dead agent is not told of: {down[-500:]}")


def built(into: Path, version: str) -> Path:
    """The package, with ``version``."""
    builder = [sys.executable, str(ROOT / "systemd/deb/build.py"), "--into", str(into)]
    builder.append("--quick")
    made = subprocess.run(
        [*builder, "--version", version], stdout=subprocess.PIPE, text=True, check=True
    )
    return Path(made.stdout.strip())


def altered(
    deb: Path, made: Path, version: str, change: Callable[[Path], object] = str
) -> Path:
    """The same package as a later one, with something else in it if wanted."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder) / "root"
        subprocess.run(["dpkg-deb", "-R", str(deb), str(stage)], check=True)
        control = stage / "DEBIAN" / "control"
        lines = control.read_text().splitlines()
        control.write_text(
            "".join(
                f"Version: {version}\n" if line.startswith("Version:") else f"{line}\n"
                for line in lines
            )
        )
        change(stage)
        build = ("dpkg-deb", "--root-owner-group", "-Zzstd", "-z1", "--build")
        subprocess.run(
            [*build, str(stage), str(made)], check=True, stdout=subprocess.DEVNULL
        )
    return made


def hindrance() -> str:
    """Why it cannot be done here; empty: it can."""
    if os.geteuid() != 0:
        return "needs root: namespaces, mounts and cgroups"
    wanted = ("unshare", "nsenter", "dpkg-deb", "/lib/systemd/systemd")
    missing = [name for name in wanted if shutil.which(name) is None]
    return f"missing: {', '.join(missing)}" if missing else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deb", type=Path, help="that was built already")
    parser.add_argument("--newer", type=Path, help="the same code, a later version")
    parser.add_argument("--former", type=Path, help="what tills have today")
    parser.add_argument("--case", action="append", choices=list(CASES))
    given = parser.parse_args()
    if why := hindrance():
        print(f"not tried: {why}")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        deb = given.deb or built(Path(folder), "0.0.1")
        newer = given.newer or altered(deb, Path(folder) / "newer.deb", "99")
        print(f"{'case':42} taken  refused  reset  lost  twice  longest_s  bypassed")
        rows = []
        with installed(deb, newer, given.former) as guest:
            for case in given.case or CASES:
                if case in {FORMER, BACK} and not given.former:
                    continue
                if case == BESIDE:
                    second_printer(guest)
                rows.append(play(guest, case))
                print(rows[-1], flush=True)
                if case == BACK:
                    guest.run("dpkg", "-i", "/root/this.deb")
                    guest.until_active(AGENT)
            watched(guest)
            for line in figures.measured(guest):
                print(line, flush=True)
    return int(any(row.refused or (row.lost and row.case != RUBBISH) for row in rows))


if __name__ == "__main__":
    sys.exit(main())
