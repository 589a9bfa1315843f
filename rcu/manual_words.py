"""What the manual pages of ``receipt-rcu`` say beyond its argparse tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.usage.manual import Book, Words
from agent.usage.program import Program


def book(root: Program) -> Book:
    """``root`` is the whole tree."""
    return Book(
        root,
        WORDS,
        configured=(
            (70, "the store cannot be trusted, or no server has run on that folder"),
            (78, "the configuration cannot work, or cannot be read"),
        ),
        files=(
            ("/etc/receipt-rcu/rcu.toml", "the configuration"),
            ("/var/lib/receipt-rcu", "store.directory, by default of the package"),
        ),
    )


EDGE: Final = "urn:edge:enseigne:S0042:T03"

WORDS: Final[Mapping[str, Words]] = {
    "": Words(
        about="The server is receipt-rcu serve, started by systemd (receipt-rcu.service). "
        "The other commands may run beside it, as the server's user: what they order, "
        "it takes to the tills within a second.",
        exits=((1, "somebody has to look: see the command's own page"),),
        files=(
            ("/usr/share/receipt-agent/rcu.example.toml", "every key, with a comment"),
            (
                "/var/lib/receipt-rcu/rcu.pem",
                "the server's key; without it no till believes it",
            ),
            ("/var/lib/receipt-rcu/rcu.db", "receipts, accounts, orders"),
            ("/var/lib/receipt-rcu/keys.db", "the tills' keys"),
        ),
        examples=(
            ("receipt-rcu check", "Try the configuration:"),
            (f"receipt-rcu enrol-code --till {EDGE}", "Let a till in:"),
            ("receipt-rcu tills", "How the fleet is:"),
        ),
        see=("receipt-agent",),
        pages=("sync.md", "fleet.md", "account.md", "configuration.md"),
    ),
    "serve": Words(
        about="One process for one folder. SIGTERM ends it in order.",
        pages=("upgrade.md", "backup.md"),
    ),
    "check": Words(
        about="One line a problem, with file, key and remedy.",
    ),
    "enrol": Words(
        about="For a till that has no key of its own. The token is shown once, alone on "
        "standard output. Tills that can sign use a code: enrol-code.",
        examples=((f"receipt-rcu enrol {EDGE}", "A token:"),),
        see=("receipt-rcu-enrol-code",),
    ),
    "enrol-code": Words(
        about="The code is good once; the till types it into receipt-agent enrol.",
        examples=((f"receipt-rcu enrol-code --till {EDGE}", "A code:"),),
        see=("receipt-agent-enrol", "receipt-rcu-revoke"),
        pages=("sync.md",),
    ),
    "revoke": Words(
        about="At its next request. It keeps everything, and says on its screens that it is "
        "not admitted.",
        see=("receipt-rcu-enrol-code",),
    ),
    "tills": Words(
        exits=((1, "one needs somebody now"),),
        see=("receipt-rcu-operator", "receipt-rcu-configure"),
        pages=("fleet.md",),
    ),
    "reconcile": Words(
        exits=((1, "a till's log and this server differ"),),
        see=("receipt-rcu-resend", "receipt-agent-status"),
        pages=("sync.md",),
    ),
    "erase": Words(
        about="GDPR, art. 17: here, and at each till that ever sent the identifier. The proofs "
        "come back: orders shows them.",
        exits=((64, "wrong usage, or nobody is named"),),
        examples=(
            (
                "receipt-rcu erase --email anna@example.org --card 29000000123",
                "A person with two identifiers:",
            ),
        ),
        see=("receipt-rcu-orders", "receipt-agent-forget"),
        pages=("sync.md",),
    ),
    "resend": Words(see=("receipt-rcu-reconcile",), pages=("sync.md",)),
    "configure": Words(
        about="Each stage begins when all tills of the one before have proved that they are "
        "well. A till that takes it back stops the rest.",
        exits=((1, "--wait: it was stopped; --stop: no such roll-out is on its way"),),
        examples=(
            (
                "receipt-rcu configure --tills 'S00*' --set choice.window_s=12 --wait",
                "For some stores, and wait for the end:",
            ),
            ("receipt-rcu configure --stop 7", "Stop one:"),
        ),
        see=("receipt-rcu-tills",),
        pages=("fleet.md",),
    ),
    "block": Words(see=("receipt-rcu-prefer",), pages=("sync.md",)),
    "prefer": Words(see=("receipt-rcu-block",), pages=("sync.md",)),
    "orders": Words(
        exits=((1, "an order is overdue"),),
        see=("receipt-rcu-erase",),
        pages=("sync.md",),
    ),
    "operator": Words(pages=("fleet.md",)),
    "manual": Words(see=("receipt-agent-manual",)),
    "completion": Words(see=("receipt-agent-completion",)),
}
