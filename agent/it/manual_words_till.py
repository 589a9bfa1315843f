"""What the manual pages say of the commands about this till."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.usage.manual import Words

PROBED: Final = (
    ("configuration", "whether it can work, and the files and secrets that it names"),
    ("ports", "whether they are ours, or who has them"),
    ("printer", "DLE EOT, GS I, GS r; the baud that it answers at"),
    ("clock", "set by the network; how far it is from the RCU's"),
    ("disk", "room, inodes, read-only, the reserve"),
    ("store", "quick_check, read-only; that the key opens it"),
    ("keys", "whether they are there, readable, and nobody else's"),
    ("names", "whether every name in the configuration has an address"),
    ("certificates", "whether they are believed, and for how long"),
    ("rcu", "enrolled, reached, its signature"),
    ("mail", "the relays, as far as the password"),
    ("mail records", "SPF, DKIM and DMARC of the sender"),
    ("permissions", "what the service's user may read and write"),
    ("services", "the units, and whether jobs go past the agent"),
    ("cups", "the queues that print here"),
    ("pictures", "whether receipts that are pictures can be read"),
)
"""A probe and what it looks at."""
_RUNNING: Final = (69, "no agent answers")

TILL: Final[Mapping[str, Words]] = {
    "run": Words(
        about="Started by systemd (receipt-agent.service), which holds the ports and starts "
        "it again. By hand it binds them itself. SIGTERM ends it in order.",
        exits=(
            (69, "a port cannot be had"),
            (
                70,
                "the database gave up: the disk failed, or it was put aside; start again",
            ),
        ),
        see=("receipt-agent-check", "receipt-agent-status"),
        pages=("troubleshooting.md", "logs.md"),
    ),
    "check": Words(
        about="One line a problem, with file, key and remedy. Devices and folders that are "
        "named are looked at, not opened. To know whether the parts work: doctor.",
        examples=(("receipt-agent check --config new.toml --json", "For a roll-out:"),),
        see=("receipt-agent-doctor", "receipt-agent-config"),
        pages=("configuration.md",),
    ),
    "test-print": Words(
        exits=(
            (69, "it was not printed"),
            (75, "sent, and the printer does not say that it printed"),
        ),
        see=("receipt-agent-doctor",),
    ),
    "setup": Words(
        about="Looks for printers on USB, serial lines and among the network's neighbours, "
        "asks, writes the commented configuration, makes keys, prints a slip and starts "
        "the units. Without a terminal all answers are options.",
        exits=(
            (64, "wrong usage, or an answer is missing"),
            (69, "all is written, but no slip came: doctor --only printer"),
            (78, "an answer cannot work, or a configuration is there (--force)"),
        ),
        examples=(
            ("receipt-agent setup --find", "Only look for printers:"),
            (
                (
                    "receipt-agent setup --tenant enseigne --store S0042 --till T03 "
                    "--shop 'Chez Lucie' --tickets-url https://tickets.example "
                    "--printer tcp://192.168.1.50:9100"
                ),
                "Without questions:",
            ),
        ),
        see=("receipt-agent-doctor", "receipt-agent-enrol"),
        pages=("install.md", "connect.md"),
    ),
    "doctor": Words(
        about="Looks at every part and says what to do, French first. Nothing is changed, and "
        "each probe has a deadline of its own. As root or as the agent's user: others "
        "cannot read the configuration."
        "\n"
        "A line is marked \u2713 well, ! may surprise, \u2717 broken, - not used (with "
        "--all).",
        table=("PROBES", PROBED),
        exits=(
            (1, "something is broken"),
            (64, "wrong usage, or no such probe"),
            (78, ""),  # is a finding
        ),
        examples=(
            ("receipt-agent doctor", "All of it:"),
            ("receipt-agent doctor --only printer", "One part:"),
            (
                'receipt-agent doctor --only mail --only "mail records" --lang en',
                "Why mails do not arrive, in English:",
            ),
            ("receipt-agent doctor --json", "For a program:"),
        ),
        see=(
            "receipt-agent-status",
            "receipt-agent-check",
            "receipt-agent-support-bundle",
        ),
        pages=("it.md", "troubleshooting.md"),
    ),
    "status": Words(
        about="Running, bypassed or down; each part as it is at that moment, the RCU, and the "
        "days that were closed.",
        exits=((69, "the agent neither runs nor starts"),),
        examples=(("receipt-agent status --json", "For a program:"),),
        see=("receipt-agent-doctor", "receipt-agent-tail", "receipt-agent-metrics"),
    ),
    "tail": Words(
        about="Jobs, receipts by id, parts that change, faults; nothing personal.",
        exits=(_RUNNING,),
        see=("receipt-agent-status",),
    ),
    "metrics": Words(
        about="Figures for Prometheus, and health for a roll-out.",
        exits=(
            (1, "--alive, --ready: it is not"),
            (64, "wrong usage, or no such part (--require)"),
            (69, "no agent answers, or the file cannot be written"),
        ),
        examples=(
            (
                "receipt-agent metrics --ready --require printer",
                "Whether it may go on:",
            ),
        ),
        pages=("metrics.md",),
    ),
    "replay": Words(
        about="Understands a recorded job again and shows it. With --door the running agent "
        "takes it as from a POS, and prints or offers it.",
        exits=(
            (66, "no such file or job"),
            (69, "the agent does not take it (--door)"),
        ),
        examples=(("receipt-agent replay job.bin", "A file:"),),
        see=("receipt-agent-extract", "receipt-agent-tail"),
    ),
    "selftest": Words(
        about="The real daemon and worker, in a folder and on ports of their own, with a "
        "printer that is none. The till's own agent is not touched.",
        exits=((1, "a stage failed"),),
    ),
    "support-bundle": Words(
        about="Versions, configuration without secrets, counts, the journal without "
        "persons. Read it before you send it.",
        exits=((69, "it cannot be written"), (78, "")),
        see=("receipt-agent-doctor",),
    ),
    "print-held": Words(
        about="What was accepted, due or still offered comes to paper and is settled, so that "
        "the next start prints none of it again.",
        exits=(
            (69, "an agent runs, which prints it, or the database cannot be had"),
            (75, "not all came in time"),
        ),
    ),
    "register": Words(
        about="Art. 30 of the GDPR as this till is set, in French, for counsel.",
        pages=("legal/index.md",),
    ),
    "backup": Words(
        about="One file, encrypted as the database is, beside a running agent. The key is not "
        "in it: keep /var/lib/receipt-agent/keys/store.key elsewhere. The folder has to "
        "be there.",
        exits=((69, "no database, no room, or no such folder"),),
        examples=(("receipt-agent backup /mnt/usb/till.db", "Onto a stick:"),),
        see=("receipt-agent-restore",),
        pages=("backup.md",),
    ),
    "restore": Words(
        about="The agent is stopped for it, and store.key put back before. As the agent's "
        "user. What stood there goes to quarantine/.",
        exits=((69, "the copy cannot be read, or an agent runs"),),
        examples=(
            (
                "runuser -u receipt-agent -- receipt-agent restore /var/tmp/till.db",
                "With the service stopped:",
            ),
        ),
        see=("receipt-agent-backup",),
        pages=("backup.md",),
    ),
    "resend": Words(
        exits=((66, "no such file"), (69, "the database cannot be had")),
        pages=("store.md",),
    ),
    "keys": Words(
        about="What is printed is public. A private key leaves the till by no command.",
        examples=(
            ("receipt-agent keys rotate store", "Encrypt what comes by a new key:"),
        ),
        files=(("/var/lib/receipt-agent/keys", "0700, the agent's user's"),),
        pages=("consent.md", "store.md"),
    ),
    "config": Words(
        examples=(
            ("receipt-agent config show", "What holds, and who says so:"),
            ("receipt-agent config migrate", "How an older file would be written:"),
        ),
        see=("receipt-agent-check",),
        pages=("configuration.md", "upgrade.md"),
    ),
    "enrol": Words(
        about="The code is of receipt-rcu enrol-code, and good once.",
        exits=(
            (64, "wrong usage, or the code or address is none"),
            (69, "the RCU cannot be reached; the code is still good"),
            (
                77,
                "the code is over or another till's, or whoever answered does not know it",
            ),
        ),
        examples=(
            (
                "runuser -u receipt-agent -- receipt-agent enrol https://rcu.example CODE",
                "As the agent's user:",
            ),
        ),
        see=("receipt-rcu-enrol-code",),
        pages=("sync.md",),
    ),
    "consent": Words(
        exits=(
            (1, "verify: the chain is not whole; admit: there is nothing to admit"),
            (64, "wrong usage, or no contact"),
            (69, "no database, or it cannot be read"),
        ),
        examples=(
            ("receipt-agent consent verify --export records.jsonl", "For an audit:"),
            ("receipt-agent consent withdraw anna@example.org", "Take it back:"),
        ),
        pages=("consent.md",),
    ),
    "export": Words(
        about="GDPR, art. 15: at this till only.",
        exits=((64, "wrong usage, or no contact"), (69, "the database cannot be read")),
        examples=(
            (
                "receipt-agent export anna@example.org --output anna.json",
                "JSON and PDF:",
            ),
        ),
        see=("receipt-agent-forget",),
        pages=("store.md",),
    ),
    "forget": Words(
        about="At this till only; at the centre and all tills: receipt-rcu erase.",
        exits=(
            (64, "wrong usage, or no contact"),
            (69, "not all of it could be reached"),
        ),
        see=("receipt-agent-export", "receipt-rcu-erase"),
        pages=("store.md",),
    ),
    "deliveries": Words(
        exits=(
            (1, "verify: the file was changed; replay: refused"),
            (69, "no database, or no agent answers"),
        ),
        examples=(
            ("receipt-agent deliveries export -o d.csv", "A signed list:"),
            ("receipt-agent deliveries dead", "What reached nobody:"),
        ),
        pages=("counter.md",),
    ),
    "screens": Words(
        exits=((1, "refused"), _RUNNING),
        examples=(
            ("receipt-agent screens pair --role display --name caisse-2", "A display:"),
        ),
        pages=("tablets.md", "kiosk.md"),
    ),
    "hands": Words(
        exits=((66, "no such device"), (73, "the card cannot be written")),
        examples=(
            ("receipt-agent hands list", "What is plugged in:"),
            ("receipt-agent hands card -o card.pdf", "The card by the till:"),
        ),
        pages=("hands.md",),
    ),
}
