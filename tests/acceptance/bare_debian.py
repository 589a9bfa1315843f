"""``python -m tests.acceptance.bare_debian``: a stranger, a bare Debian, the package.

A Debian root that has nothing but systemd and Python (debootstrap, or ``--root``) is booted
without network; the package is installed, set up without a question, prints; then each plug
is pulled, ``doctor`` is asked and must name the fault and the remedy; then the package goes,
with the data kept or purged as asked.  Says a table.  Exit status 1 when something was not
as it must be, 2 when it cannot be tried here.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.acceptance.bare_faults import FAULTS, Fault
from tests.booted.__main__ import built, hindrance
from tests.booted.guest import Guest, GuestError

BOOTED: Final = Path(__file__).resolve().parents[1] / "booted"
PACKAGES: Final = "systemd,systemd-sysv,python3,dbus"
SHOP, SENT, PAPER = "/root/shop.py", "/root/sent", "/root/paper"
AGENT: Final = "receipt-agent.service"
SEEN_S: Final = 60.0
"""A running agent hears of a printer within its poll and patience."""
RCU: Final = """\
[store]
directory = "/var/lib/receipt-rcu"
[server]
port = 8480
"""


def say(line: str) -> None:
    """At once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Till:
    """The guest, by what the stranger does there."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest

    def install(self, deb: Path) -> float:
        """Seconds that it took."""
        self.guest.put(deb, "/root/this.deb")
        began_s = time.monotonic()
        self.guest.run("dpkg", "-i", "/root/this.deb", within_s=300)
        return time.monotonic() - began_s

    def set_up(self) -> None:
        """The RCU on the same machine, then the till, by options alone."""
        run = self.guest.run
        self.guest.put(BOOTED / "shop.py", SHOP)
        self.guest.path("/etc/systemd/system/printer.service").write_text(
            f"[Service]\nExecStart=/usr/bin/python3 {SHOP} printer 9101 {PAPER}\n"
        )
        self.guest.path("/etc/receipt-rcu/rcu.toml").write_text(RCU)
        run("chmod", "644", "/etc/receipt-rcu/rcu.toml")
        run("systemctl", "daemon-reload")
        run("systemctl", "start", "printer.service", "receipt-rcu.service")
        till = (
            "--tenant",
            "enseigne",
            "--store",
            "S1",
            "--till",
            "T1",
            "--shop",
            "Ici",
        )
        run(
            *("receipt-agent", "setup", *till, "--printer", "tcp://127.0.0.1:9101"),
            *(
                "--tickets-url",
                "https://tickets.example",
                "--rcu",
                "http://127.0.0.1:8480",
            ),
        )
        self.enrol()
        self.until_up()

    def enrol(self) -> None:
        edge = (
            "--till",
            "urn:edge:enseigne:S1:T1",
            "--config",
            "/etc/receipt-rcu/rcu.toml",
        )
        said = self._as("receipt-rcu", "receipt-rcu", "enrol-code", *edge)
        code = next(
            word for word in reversed(said.split()) if "-" in word or word.isupper()
        )
        self._as(
            "receipt-agent", "receipt-agent", "enrol", "http://127.0.0.1:8480", code
        )
        self.guest.run("systemctl", "restart", AGENT)

    def _as(self, user: str, *command: str) -> str:
        return self.guest.run("runuser", "-u", user, "--", *command)

    def until_up(self) -> None:
        self.guest.until_active(AGENT)
        self.guest.until(lambda: self.status() == "up")

    def status(self) -> str:
        said = self.guest.run("receipt-agent", "status", "--json", check=False)
        try:
            return str(json.loads(said.splitlines()[0])["agent"]["state"])
        except (ValueError, IndexError, KeyError):
            return said

    def prints(self) -> None:
        """One receipt order, by the printer port, on paper."""
        for name in (SENT, PAPER):
            self.guest.path(name).write_text("")
        said = self.guest.run("/usr/bin/python3", SHOP, "pos", "9100", SENT, "0.05")
        if json.loads(said.splitlines()[-1])["sent"] != 1:
            raise GuestError(f"the POS was not heard: {said}")
        sent = self.guest.path(SENT).read_text()
        self.guest.until(lambda: sent in self.guest.path(PAPER).read_text())

    def doctor(self) -> list[dict[str, Any]]:
        said = self.guest.run("receipt-agent", "doctor", "--json", check=False)
        found: list[dict[str, Any]] = json.loads(said.splitlines()[-1])["findings"]
        return found

    def told(self, fault: Fault) -> dict[str, Any] | None:
        """The finding that names it; ``None``: doctor never did."""
        ends_s = time.monotonic() + SEEN_S
        while True:
            for each in self.doctor():
                if fault.named_by(each):
                    return each
            if time.monotonic() > ends_s:
                return None
            time.sleep(1)

    def broken(self) -> list[str]:
        return [
            f"{each['probe']}: {each['en']}"
            for each in self.doctor()
            if each["state"] == "bad"
        ]


def pulled(till: Till, fault: Fault) -> str:
    """A row of the table; raises :class:`GuestError` when doctor does not name it."""
    fault.pull(till.guest)
    try:
        found = till.told(fault)
        if found is None:
            raise GuestError(f"{fault.name}: doctor says {till.broken()}")
    finally:
        fault.mend(till.guest)
    till.until_up()
    till.prints()
    mark = {"bad": "✗", "warn": "!"}[found["state"]]
    detail = f" [{found['detail'][-100:]}]" if found["detail"] else ""
    says = f"{found['en']}{detail}".replace("|", "/").replace("\n", " ")
    return f"| {fault.name} | {mark} {found['probe']}: {says} | {found['remedy_en']} |"


def leaves(till: Till, deb: Path) -> Iterator[str]:
    """Remove keeps, a new installation goes on, purge takes."""
    guest = till.guest

    def exists(path: str) -> bool:
        return guest.path(path).exists()

    guest.run("dpkg", "-r", "receipt-agent")
    kept = ("/etc/receipt-agent/agent.toml", "/var/lib/receipt-agent/agent.db")
    if not all(map(exists, kept)) or exists("/opt/receipt-agent"):
        raise GuestError(
            "removed: what was to stay is gone, or the program is still there"
        )
    if till.guest.active("receipt-agent-print.socket") == "active":
        raise GuestError("removed: the port is still open")
    yield "| removed | configuration, keys and receipts are kept, the port is closed | |"
    till.install(deb)
    till.until_up()
    till.prints()
    yield "| installed again | it goes on at once, with the same receipts | |"
    guest.run("dpkg", "--purge", "receipt-agent")
    left = guest.run(
        *("sh", "-c", "ls -d /etc/receipt-* /var/lib/receipt-* /var/cache/receipt-* "),
        *(),
        check=False,
    )
    users = guest.run("getent", "passwd", "receipt-agent", "receipt-rcu", check=False)
    there = [line for line in left.splitlines() if line.startswith("/")]
    if there or users.strip():
        raise GuestError(f"purged, and there are {there} {users}")
    yield "| purged | nothing is left: no file, no user | |"


@contextmanager
def bare(given: Path | None, release: str) -> Iterator[Path]:
    """A root that debootstrap made, or that is given."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="bare-") as folder:
        root = Path(folder) / "root"
        options = ("--variant=minbase", f"--include={PACKAGES}")
        subprocess.run(
            ["debootstrap", *options, release, root], check=True, stdout=sys.stderr
        )
        yield root


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, help="a bare root that is there already")
    parser.add_argument("--deb", type=Path, help="that was built already")
    parser.add_argument("--release", default="bookworm")
    parser.add_argument(
        "--fault", action="append", choices=[each.name for each in FAULTS]
    )
    given = parser.parse_args()
    why = hindrance()
    if not why and given.root is None and shutil.which("debootstrap") is None:
        why = "missing: debootstrap (apt-get install debootstrap)"
    if why:
        say(f"not tried: {why}")
        return 2
    faults = [each for each in FAULTS if not given.fault or each.name in given.fault]
    failed = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        bare(given.root, given.release) as root,
        Guest(root=str(root)) as guest,
    ):
        deb = given.deb or built(Path(folder), "0.0.1")
        till = Till(guest)
        took_s = till.install(deb)
        till.set_up()
        till.prints()
        say(
            "| the plug that is pulled | what doctor says | what it says to do |\n|---|---|---|"
        )
        say(
            f"| installed without network in {took_s:.0f} s, set up, prints | {till.broken() or 'nothing is broken'} | |",
        )
        for fault in faults:
            try:
                say(pulled(till, fault))
            except GuestError as error:
                failed += 1
                say(f"| {fault.name} | **{str(error)[-900:]}** | |")
        try:
            for row in leaves(till, deb):
                say(row)
        except GuestError as error:
            failed += 1
            say(f"| **{str(error)[-900:]}** | | |")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
