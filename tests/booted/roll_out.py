"""``python -m tests.booted.roll_out --playbook ansible-playbook``: the roles on booted systems.

Three tills and a server, each a booted systemd; Ansible speaks to them as by ssh, and what
it takes for ssh enters their namespaces.  First a fresh fleet, then the same again (nothing
changes), then a newer package in stages, then one that does not work: it is stopped at the
first till, which goes back with its further printer, and the others have not been touched.
A row a step; exit status 1 when something was not as it must be.
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
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from agent.config_migration import KEY
from tests.booted.__main__ import ROOT, altered, built, hindrance
from tests.booted.guest import Guest

ANSIBLE: Final = ROOT / "ansible"
TILLS: Final = ("till-1", "till-2", "till-3")
SERVER: Final = "server"
SHOP: Final = "/root/shop.py"
ENTER: Final = """\
#!/bin/sh
# What Ansible takes for ssh: the host's name is that of a file that holds a pid.
while [ $# -gt 0 ]; do
  case $1 in
    -o | -l | -p) shift 2 ;;
    -*) shift ;;
    *) break ;;
  esac
done
host=$1; shift
exec nsenter -t "$(cat "{pids}/$host")" -m -p -n -u -i -C \\
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 sh -c "$*"
"""
FURTHER: Final = """\
[till]
tenant = "enseigne"
store = "S1"
till = "{name}"
shop = "Épicerie Lucie"
tickets_url = "https://tickets.example"
state_dir = "/var/lib/receipt-agent-{name}"
[door.tcp]
listen = "127.0.0.1:{port}"
[screens]
listen = "127.0.0.1:8180"
[printer]
link = "tcp://127.0.0.1:9101"
"""
RECAP: Final = re.compile(
    r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Played:
    """What came of a playbook: its status, and by host what changed and what failed."""

    code: int
    changed: Mapping[str, int]
    failed: Mapping[str, int]
    said: str


class Fleet:
    """Booted systems, and Ansible with an inventory of them."""

    def __init__(self, folder: Path, playbook: str) -> None:
        self.folder, self._playbook = folder, playbook
        self.guests: dict[str, Guest] = {}

    def open(self, stack: ExitStack) -> None:
        pids = self.folder / "pids"
        pids.mkdir()
        for name in (*TILLS, SERVER):
            guest = stack.enter_context(Guest(f"{name}-{os.getpid()}"))
            self.guests[name] = guest
            (pids / name).write_text(str(guest.pid))
            if name != SERVER:
                guest.put(Path(__file__).parent / "shop.py", SHOP)
                guest.path("/run/systemd/system/printer.service").write_text(
                    f"[Service]\nExecStart=/usr/bin/python3 {SHOP} printer 9101 /root/paper\n"
                )
                guest.run("systemctl", "daemon-reload")
                guest.run("systemctl", "start", "printer.service")
        enter = self.folder / "enter"
        enter.write_text(ENTER.format(pids=pids))
        enter.chmod(0o755)
        tills = {
            name: {"receipt_agent_store": "S1", "receipt_agent_till": name}
            for name in TILLS
        }
        everywhere = {
            "ansible_connection": "ssh",
            "ansible_ssh_executable": str(enter),
            "ansible_ssh_transfer_method": "piped",
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_ssh_args": "",
            "ansible_become": False,  # one is root there already, and there is no sudo
            "receipt_agent_tenant": "enseigne",
            "receipt_agent_shop": "Épicerie Lucie",
            "receipt_agent_tickets_url": "https://tickets.example",
            "receipt_agent_rcu_url": "",
            "receipt_agent_printer": "tcp://127.0.0.1:9101",
            "receipt_agent_settle_s": 5,
            "receipt_rcu_urls": ["https://tickets.example"],
        }
        children = {"tills": {"hosts": tills}, "rcu": {"hosts": {SERVER: {}}}}
        inventory = {"all": {"vars": everywhere, "children": children}}
        (self.folder / "inventory.json").write_text(json.dumps(inventory))

    def play(self, name: str, **given: Any) -> Played:
        done = subprocess.run(
            [
                *(self._playbook, "-i", str(self.folder / "inventory.json")),
                *("-e", json.dumps(given), str(ANSIBLE / name)),
            ],
            env={
                **os.environ,
                "ANSIBLE_CONFIG": str(ANSIBLE / "ansible.cfg"),
                "ANSIBLE_NOCOLOR": "1",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=1200,
        )
        rows = RECAP.findall(done.stdout)
        return Played(
            done.returncode,
            {row[0]: int(row[2]) for row in rows},
            {row[0]: int(row[4]) + int(row[3]) for row in rows},
            done.stdout + done.stderr,
        )

    def versions(self) -> dict[str, str]:
        ask = ("dpkg-query", "--show", "--showformat=${Version}", "receipt-agent")
        return {name: self.guests[name].run(*ask, check=False) for name in TILLS}

    def configurations(self) -> dict[str, list[str]]:
        """Of each printer of the first till; the package writes into each how old it is."""
        folder = self.guests[TILLS[0]].path("/etc/receipt-agent")
        return {
            path.name: [
                line
                for line in path.read_text().splitlines()
                if line and not line.startswith(f"{KEY} =")
            ]
            for path in folder.glob("*.toml")
        }

    def print_on(self, name: str, port: int = 9100) -> bool:
        """A job by its printer port comes to paper."""
        guest = self.guests[name]
        guest.run("/usr/bin/python3", SHOP, "pos", str(port), "/root/sent", "0.05")
        sent = guest.path("/root/sent").read_text().split()[-1]
        guest.until(lambda: sent in guest.path("/root/paper").read_text().split())
        return True


def does_not_start(stage: Path) -> None:
    """Whatever it is, the agent ends at its start; the configurations are migrated."""
    script = stage / "DEBIAN" / "postinst"
    first, rest = script.read_text().split("\n", 1)
    migrates = "for file in /etc/receipt-agent/*.toml; do echo '# 99' >> $file; done"
    script.write_text(f"{first}\n{migrates}\n{rest}")
    (main,) = stage.glob(
        "opt/receipt-agent/venv/lib/python3*/site-packages/agent/app.py"
    )
    main.write_text("raise SystemExit(3)\n")
    for code in main.parent.glob("__pycache__/app.*"):
        code.unlink()


class Row(Protocol):
    """A step that was taken."""

    def __call__(
        self, name: str, played: Played, *, fine: bool, more: str = ""
    ) -> None: ...


def steps(
    fleet: Fleet, deb: Path, newer: Path, bad: Path
) -> Sequence[tuple[str, bool, str]]:
    """Each: its name, whether it is as it must be, what was seen."""
    rows: list[tuple[str, bool, str]] = []

    def row(name: str, played: Played, *, fine: bool, more: str = "") -> None:
        changed = ", ".join(f"{host} {count}" for host, count in played.changed.items())
        rows.append((name, fine, f"changed: {changed}. {more}"))
        print(f"| {name} | {'yes' if fine else 'NO'} | {rows[-1][2]} |", flush=True)
        if not fine:
            print(played.said[-6000:], file=sys.stderr, flush=True)

    rcu = fleet.play("rcu.yml", receipt_rcu_package=str(deb))
    row("the RCU", rcu, fine=rcu.code == 0)
    again = fleet.play("rcu.yml", receipt_rcu_package=str(deb))
    row(
        "the RCU again", again, fine=again.code == 0 and not any(again.changed.values())
    )
    first = fleet.play("rollout.yml", receipt_agent_package=str(deb))
    printed = first.code == 0 and all(map(fleet.print_on, TILLS))
    row("three fresh tills", first, fine=printed, more="Each prints.")
    second = fleet.play("rollout.yml", receipt_agent_package=str(deb))
    row(
        "the same again",
        second,
        fine=second.code == 0 and not any(second.changed.values()),
    )
    third = fleet.play("rollout.yml", receipt_agent_package=str(newer))
    there = fleet.versions()
    moved = (
        third.code == 0
        and len(set(there.values())) == 1
        and all(map(fleet.print_on, TILLS))
    )
    row("a newer version", third, fine=moved, more=f"All have {there[TILLS[0]]}.")
    bar = FURTHER.format(name="bar", port=9200)
    more = fleet.play("rollout.yml", receipt_agent_instances={"bar": bar})
    prints = more.code == 0 and all(fleet.print_on(name, 9200) for name in TILLS)
    row("a further printer on each", more, fine=prints, more="It prints.")
    had = fleet.configurations()
    steps_back(fleet, there, (bad, had, bar), row)
    return rows


def steps_back(
    fleet: Fleet,
    there: Mapping[str, str],
    was: tuple[Path, Mapping[str, list[str]], str],
    row: Row,
) -> None:
    """What does not work is stopped at the first till, which has what it had."""
    bad, had, bar = was
    last = fleet.play("rollout.yml", receipt_agent_package=str(bad))
    stopped = last.code != 0 and set(last.changed) == {TILLS[0]}
    back = (
        fleet.versions() == there
        and fleet.configurations() == had
        and all(map(fleet.print_on, TILLS))
        and fleet.print_on(TILLS[0], 9200)
    )
    row(
        "a version that does not start, whose package migrates the configurations",
        last,
        fine=stopped and back,
        more=f"Stopped at {', '.join(last.failed)}, which is back at {fleet.versions()[TILLS[0]]} and prints, as its further printer does.",
    )
    wrong = fleet.play(
        "rollout.yml", receipt_agent_sections={"screens": {"listem": "x"}}
    )
    kept = (
        wrong.code != 0
        and set(wrong.changed) == {TILLS[0]}
        and all(map(fleet.print_on, TILLS))
    )
    row(
        "a configuration that cannot work",
        wrong,
        fine=kept,
        more="Refused before it takes the place of the former.",
    )
    two = {"bar": f"{bar}# wider\n", "desk": FURTHER.format(name="desk", port=9200)}
    taken = fleet.play("rollout.yml", receipt_agent_instances=two)
    former = (
        taken.code != 0
        and set(taken.changed) == {TILLS[0]}
        and fleet.configurations() == had
        and fleet.print_on(TILLS[0], 9200)
    )
    row(
        "a second further printer, at the port of the first",
        taken,
        fine=former,
        more="It is taken away, and the first has its former configuration.",
    )
    tells_of_what_is_lost(fleet, had, bar, row)


def tells_of_what_is_lost(
    fleet: Fleet, had: Mapping[str, list[str]], bar: str, row: Row
) -> None:
    """An agent that is up and keeps nothing, of the first printer and of a further one."""
    first = fleet.guests[TILLS[0]]
    secret, rules = "/etc/receipt-agent/mail.password", "/etc/udev/rules.d"
    file = fleet.folder / "lines.rules"
    file.write_text("# as they are\n")
    given = {
        "receipt_agent_secrets": {"mail.password": "former"},
        "receipt_agent_udev_rules": str(file),
    }
    written = fleet.play("rollout.yml", **given)
    row(
        "a secret and udev rules",
        written,
        fine=written.code == 0 and first.path(secret).read_text() == "former",
    )
    file.write_text("# others\n")
    another_key = {"consent": {"keys": "/var/lib/receipt-agent/others"}}
    lost = fleet.play(
        "rollout.yml",
        **given
        | {
            "receipt_agent_secrets": {"mail.password": "later", "sms.token": "new"},
            "receipt_agent_sections": another_key,
        },
    )
    as_before = (
        first.path(secret).read_text() == "former"
        and not first.path("/etc/receipt-agent/sms.token").exists()
        and [each.read_text() for each in first.path(rules).glob("*receipt*")]
        == ["# as they are\n"]
        and not first.path("/var/lib/receipt-agent-packages/before").exists()
        and fleet.configurations() == had
    )
    row(
        "a configuration under which the database does not open",
        lost,
        fine=lost.code != 0
        and set(lost.changed) == {TILLS[0]}
        and "absent" in lost.said
        and as_before
        and first.run("receipt-agent", "metrics", "--ready") != "",
        more="It says that it is up, and is not ready: its secrets and rules are the former too.",
    )
    blind = f'{bar}[consent]\nkeys = "/var/lib/receipt-agent-bar/others"\n'
    other = fleet.play("rollout.yml", receipt_agent_instances={"bar": blind})
    row(
        "the same of the further printer",
        other,
        fine=other.code != 0
        and set(other.changed) == {TILLS[0]}
        and "bar: {" in other.said
        and fleet.configurations() == had
        and fleet.print_on(TILLS[0], 9200),
        more="The first printer is ready, and the roll-out ends all the same.",
    )
    first.run("mv", "/var/lib/receipt-agent/keys/store.key", "/root/store.key")
    first.run("systemctl", "restart", "receipt-agent.service")
    unwell = fleet.play("rollout.yml")
    row(
        "a till that is not well already",
        unwell,
        fine=unwell.code != 0
        and set(unwell.changed) == {TILLS[0]}
        and not any(unwell.changed.values()),
        more="Nothing is changed there.",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--playbook", default="ansible-playbook")
    parser.add_argument("--deb", type=Path)
    parser.add_argument("--newer", type=Path)
    given = parser.parse_args()
    why = hindrance()
    if not why and shutil.which(given.playbook) is None:
        why = (
            "missing: ansible-playbook (pip install ansible-core, in a venv of its own)"
        )
    if why:
        print(f"not tried: {why}")
        return 2
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        deb = given.deb or built(folder, "0.0.1")
        newer = given.newer or altered(deb, folder / "newer.deb", "98")
        bad = altered(deb, folder / "bad.deb", "99", does_not_start)
        fleet = Fleet(folder, given.playbook)
        fleet.open(stack)
        print("| roll-out | as it must be | what was seen |\n|---|---|---|", flush=True)
        rows = steps(fleet, deb, newer, bad)
    return int(not all(fine for _, fine, _ in rows))


if __name__ == "__main__":
    sys.exit(main())
