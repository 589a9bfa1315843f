"""The plugs that are pulled on a bare Debian, and by which words ``doctor`` names each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.booted.guest import Guest

CONFIG: Final = "/etc/receipt-agent/agent.toml"
STATE: Final = "/var/lib/receipt-agent"
AGENT: Final = "receipt-agent.service"
ALL: Final = (
    "receipt-agent-print.socket",
    "receipt-agent-screens.socket",
    AGENT,
    "receipt-agent-bypass.service",
)
Does = Callable[[Guest], object]


@dataclass(frozen=True)
class Fault:
    """``says`` and ``remedy`` stand in doctor's English; ``probe`` is who says it."""

    name: str
    pull: Does
    mend: Does
    probe: str
    says: str
    remedy: str

    def named_by(self, finding: dict[str, Any]) -> bool:
        """Whether this is the fault, with what to do, in both languages."""
        return (
            finding["probe"] == self.probe
            and finding["state"] in {"bad", "warn"}
            and self.says in f"{finding['en']} {finding['detail']}"
            and self.remedy in finding["remedy_en"]
            and bool(finding["fr"] and finding["remedy_fr"])
        )


def sh(*lines: str) -> Does:
    """These, by the guest's own shell."""
    return lambda guest: guest.run("sh", "-ec", "\n".join(lines))


def stop() -> str:
    return f"systemctl stop {' '.join(ALL)}"


def start() -> str:
    return (
        "systemctl reset-failed; systemctl start receipt-agent-print.socket "
        f"receipt-agent-screens.socket {AGENT}"
    )


def instead(old: str, new: str) -> Does:
    """The configuration with another text in it, and the agent restarted."""

    def pull(guest: Guest) -> None:
        text = guest.path(CONFIG).read_text()
        assert old in text, old
        guest.path("/root/good.toml").write_text(text)
        guest.path(CONFIG).write_text(text.replace(old, new, 1))
        guest.run("sh", "-c", stop())

    return pull


def put_back(guest: Guest) -> None:
    guest.run("systemctl", "stop", "receipt-agent-bypass.service")
    guest.path(CONFIG).write_text(guest.path("/root/good.toml").read_text())
    guest.run("sh", "-ec", start())


def other_program(port: int) -> Does:
    return sh(
        stop(),
        f"systemd-run --quiet --unit=other-{port} python3 -m http.server --bind 127.0.0.1 {port}",
        "sleep 1",
        f"systemctl start --no-block {AGENT} || true",
    )


def no_other_program(port: int) -> Does:
    return sh(f"systemctl stop other-{port}", stop(), start())


def and_started(pull: Does) -> Does:
    """With an agent that dies of it until jobs go past it."""

    def pulled(guest: Guest) -> None:
        pull(guest)
        guest.run("sh", "-c", f"{start()}; sleep 5", check=False)

    return pulled


MUTE: Final = (
    'import socket, time; s = socket.create_server(("127.0.0.1", 9101)); '
    "held = [s.accept() for _ in range(99)]; time.sleep(9999)"
)
"""It takes all, and says nothing."""
LINK: Final = 'link = "tcp://127.0.0.1:9101"'
FAULTS: Final = (
    Fault(
        "the printer is switched off",
        sh("systemctl stop printer"),
        sh("systemctl start printer"),
        *("printer", "cannot be reached", "switch it on"),
    ),
    Fault(
        "the same, and the agent is stopped",
        sh(stop(), "systemctl stop printer"),
        sh("systemctl start printer", start()),
        *("printer", "cannot be reached", "switch it on"),
    ),
    Fault(
        "the printer answers nothing, as at a wrong speed",
        sh(
            stop(),
            "systemctl stop printer",
            f"systemd-run --quiet --unit=mute python3 -c '{MUTE}'",
            "sleep 1",
            start(),
        ),
        sh("systemctl stop mute", "systemctl start printer", stop(), start()),
        *("printer", "does not answer", "receipt-agent doctor --only printer"),
    ),
    Fault(
        "the printer's name has no address",
        instead(LINK, 'link = "tcp://imprimante.invalid:9100"'),
        put_back,
        *("names", "imprimante.invalid has no address", "check the name"),
    ),
    Fault(
        "the USB printer is unplugged",
        instead(LINK, 'link = "file:///dev/usb/lp0"'),
        put_back,
        *("configuration", "/dev/usb/lp0 is not there yet", "printer.link"),
    ),
    Fault(
        "CUPS is not installed",
        instead(LINK, 'link = "cups://caisse"'),
        put_back,
        *("cups", "lpstat is missing", "apt-get install cups-client"),
    ),
    Fault(
        "another program has the printer port",
        other_program(9100),
        no_other_program(9100),
        *("ports", "port 9100 is taken by python3", "stop that program"),
    ),
    Fault(
        "another program has the screens' port",
        other_program(8080),
        no_other_program(8080),
        *("ports", "port 8080 is taken by python3", "stop that program"),
    ),
    Fault(
        "a broken TOML",
        instead("[till]", "[till"),
        put_back,
        *("configuration", "not TOML", "mend that line"),
    ),
    Fault(
        "the same, and jobs go past the agent",
        and_started(instead("[till]", "[till")),
        put_back,
        *("services", "jobs go past the agent", "journalctl -u receipt-agent"),
    ),
    Fault(
        "a misspelt key",
        instead("shop = ", "shopp = "),
        put_back,
        *("configuration", "did you mean shop?", "mend that line"),
    ),
    Fault(
        "a secret that is not there",
        instead(
            "\n[printer]\n",
            '\n[mail]\nhost = "smtp.enseigne.example"\nsender = "caisse@enseigne.example"\n'
            'username = "caisse"\npassword_file = "/etc/receipt-agent/mail.password"\n[printer]\n',
        ),
        put_back,
        *("configuration", "mail.password", "mend what the line names"),
    ),
    Fault(
        "the configuration is closed to the agent",
        sh(f"chown root:root {CONFIG}; chmod 600 {CONFIG}", stop()),
        sh(f"chgrp receipt-agent {CONFIG}; chmod 640 {CONFIG}", start()),
        *("permissions", f"{CONFIG} cannot be used", f"chgrp receipt-agent {CONFIG}"),
    ),
    Fault(
        "a key that others may read",
        sh(f"chmod -R a+rX {STATE}/keys", f"systemctl restart {AGENT} || true"),
        sh(f"chmod -R u=rwX,go= {STATE}/keys", f"systemctl restart {AGENT}"),
        *("keys", "a key cannot be used", "chmod"),
    ),
    Fault(
        "a signing key that is gone",
        sh(f"mv {STATE}/keys/qr.pem /root/"),
        sh(f"mv /root/qr.pem {STATE}/keys/"),
        *("keys", "qr.pem is missing", "install -m 600 -o receipt-agent"),
    ),
    Fault(
        "a signing key that is damaged",
        sh(
            f"cp -p {STATE}/keys/consent.pem /root/",
            f"echo rubbish > {STATE}/keys/consent.pem",
        ),
        sh(f"cp -p /root/consent.pem {STATE}/keys/"),
        *("keys", "consent.pem is not what it should be", "keys rotate consent"),
    ),
    Fault(
        "a key that root has",
        sh(f"chown root:root {STATE}/keys/subject.key"),
        sh(f"chown -R receipt-agent: {STATE}/keys"),
        *("keys", "a key cannot be used", f"chown -R receipt-agent: {STATE}/keys"),
    ),
    Fault(
        "the disk is full",
        sh(
            f"systemctl stop {AGENT}",
            "mkdir /root/kept",
            f"cp -a {STATE}/. /root/kept/",
            f"mount -t tmpfs -o size=64m,mode=700,uid=$(id -u receipt-agent) tmpfs {STATE}",
            f"cp -a /root/kept/. {STATE}/",
            f"systemctl start {AGENT}",
            f"dd if=/dev/zero of={STATE}/filler bs=64k status=none || true",
        ),
        sh(f"systemctl stop {AGENT}", f"umount {STATE}", "rm -r /root/kept", start()),
        *("disk", "the disk is full", "remove old logs"),
    ),
    Fault(
        "the database is damaged",
        sh(
            stop(),
            f"cp {STATE}/agent.db /root/agent.db",
            f"echo rubbish > {STATE}/agent.db",
        ),
        sh(
            f"rm -f {STATE}/agent.db-wal {STATE}/agent.db-shm",
            f"cp /root/agent.db {STATE}/agent.db",
            start(),
        ),
        *("store", "the database cannot be read", "restart the agent"),
    ),
    Fault(
        "the RCU is away",
        sh("systemctl stop receipt-rcu"),
        sh("systemctl start receipt-rcu"),
        *("rcu", "the RCU cannot be reached", "check network"),
    ),
    Fault(
        "the RCU does not know this till",
        sh("mv /var/lib/receipt-rcu /root/rcu", "systemctl restart receipt-rcu"),
        sh(
            "systemctl stop receipt-rcu",
            "rm -r /var/lib/receipt-rcu",
            "mv /root/rcu /var/lib/receipt-rcu",
            "systemctl start receipt-rcu",
        ),
        *("rcu", "RCU", "enrol"),
    ),
    Fault(
        "nobody sets the clock",
        sh("true"),
        sh("true"),
        *("clock", "nobody sets the clock", "timedatectl set-ntp true"),
    ),
    Fault(
        "no engine that reads pictures",
        sh("true"),
        sh("true"),
        *("pictures", "", "tesseract-ocr"),
    ),
    Fault(
        "the agent is stopped",
        sh(stop()),
        sh(start()),
        *("services", f"{AGENT} is down", f"systemctl start {AGENT}"),
    ),
    Fault(
        "the unit is masked",
        sh(f"systemctl stop {AGENT}", f"systemctl mask --runtime {AGENT}"),
        sh(f"systemctl unmask --runtime {AGENT}", start()),
        *("services", f"{AGENT} is masked", f"systemctl unmask {AGENT}"),
    ),
    Fault(
        "the agent dies again and again",
        sh(
            *(f"systemctl kill -s KILL --kill-who=main {AGENT}", "sleep 1") * 2,
            *(f"systemctl kill -s KILL --kill-who=main {AGENT} 2>/dev/null || true",)
            * 1,
        ),
        sh("systemctl stop receipt-agent-bypass", start()),
        *("services", "jobs go past the agent", "journalctl -u receipt-agent"),
    ),
)
