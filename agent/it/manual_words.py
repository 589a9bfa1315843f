"""What the manual pages of ``receipt-agent`` say beyond its argparse tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agent.it.manual_words_till import TILL
from agent.usage.manual import Book, Words
from agent.usage.program import Program

AGENT_TOML: Final = "/etc/receipt-agent/agent.toml"
STATE: Final = "/var/lib/receipt-agent"


def book(root: Program) -> Book:
    """``root`` is the whole tree."""
    return Book(
        root,
        {**PROGRAM, **TILL, **RECORDED},
        configured=((78, "the configuration cannot work, or cannot be read"),),
        files=((AGENT_TOML, "the configuration; every key: configuration.md below"),),
    )


PROGRAM: Final[Mapping[str, Words]] = {
    "": Words(
        about="Poses as the receipt printer of a POS: takes each print job, makes it "
        "durable, understands it, and lets the customer choose: nothing, paper, a QR "
        "code, e-mail or SMS. Whatever fails, paper comes out."
        "\n"
        "The daemon is receipt-agent run, started by systemd. The other commands are "
        "for store IT: receipt-agent doctor says what is wrong and what to do, "
        "receipt-agent status how it is, receipt-agent tail what happens.",
        exits=(
            (1, "not good: a finding, a changed file, a difference"),
            (65, "what was given cannot be read as what it should be"),
            (66, "no such file, or no such record"),
            (69, "not to be had: a port, a printer, the database, the running agent"),
            (70, "the database gave up"),
            (73, "the output cannot be written"),
            (75, "sent, and not confirmed"),
            (77, "enrol: the RCU refuses"),
        ),
        files=(
            ("/etc/receipt-agent/NAME.toml", "of an instance, receipt-agent@NAME"),
            (
                "/usr/share/receipt-agent/agent.example.toml",
                "every key, with a comment",
            ),
            (f"{STATE}/agent.db", "the database, encrypted"),
            (
                f"{STATE}/keys",
                "the till's keys; without store.key nobody reads the database",
            ),
            (f"{STATE}/quarantine", "databases that were put aside"),
            (f"{STATE}/bypass.env", "the printer, written down for the bypass"),
            ("/etc/default/receipt-agent", "RECEIPT_AGENT_PRINTER= for the bypass"),
        ),
        environment=(
            (
                "CREDENTIALS_DIRECTORY",
                "where systemd puts keys and passwords (LoadCredential=)",
            ),
            ("RECEIPT_AGENT_PRINTER", "the printer that jobs go to past a dead agent"),
            (
                "NOTIFY_SOCKET, LISTEN_FDS, RUNTIME_DIRECTORY, STATE_DIRECTORY",
                "systemd's",
            ),
        ),
        examples=(
            ("sudo receipt-agent setup", "Set a till up, with questions:"),
            ("sudo receipt-agent doctor", "Know what is wrong, and what to do:"),
            ("receipt-agent check --config agent.toml", "Try a configuration:"),
        ),
        see=("receipt-rcu",),
        pages=(
            "index.md",
            "install.md",
            "it.md",
            "configuration.md",
            "troubleshooting.md",
        ),
    ),
    "manual": Words(
        about="Made from what the program knows of itself. The package brings them.",
        examples=(
            (
                "receipt-agent manual --into ~/.local/share/man/man1",
                "For an installation without the package:",
            ),
        ),
        see=("receipt-agent-completion",),
    ),
    "completion": Words(
        about="Of commands, options, files and known values. The package brings it.",
        examples=(
            (
                (
                    "receipt-agent completion bash > "
                    "~/.local/share/bash-completion/completions/receipt-agent"
                ),
                "For bash, without the package:",
            ),
            (
                "receipt-agent completion zsh > ~/.zfunc/_receipt-agent",
                "For zsh, into a folder of fpath:",
            ),
            (
                (
                    "receipt-agent completion fish > "
                    "~/.config/fish/completions/receipt-agent.fish"
                ),
                "For fish:",
            ),
        ),
        see=("receipt-agent-manual",),
    ),
}
_PROFILE: Final = (78, "the profile is wrong; file and key are said")
_JOB_EXITS: Final = (
    (65, "the file cannot be read as what it should be"),
    (66, "no such file"),
)

RECORDED: Final[Mapping[str, Words]] = {
    "render": Words(
        about="Shows a recorded job as the customer would have held it. With --after it has "
        "the logos that an earlier job left in the printer.",
        exits=(
            *_JOB_EXITS,
            (69, "tesseract is not there, or read nothing in time (--ocr)"),
            (73, "the output cannot be written"),
        ),
        examples=(
            ("receipt-agent render job.bin --to pdf --output job.pdf", "As a PDF:"),
        ),
        see=("receipt-agent-decode", "receipt-agent-extract"),
    ),
    "decode": Words(
        about="Command by command, with offsets; unknown bytes are shown as such.",
        exits=_JOB_EXITS,
        examples=(
            (
                "socat -u TCP-LISTEN:9100,reuseaddr CREATE:job.bin",
                "Record what a POS sends, with the agent's socket stopped:",
            ),
            ("receipt-agent decode job.bin", "Say what it does:"),
        ),
        see=("receipt-agent-render", "receipt-agent-extract"),
    ),
    "extract": Words(
        about="Lines, totals, taxes, payments and what kind of paper it is, with a verdict "
        "on whether the sums close.",
        exits=(*_JOB_EXITS, _PROFILE),
        examples=(
            ("receipt-agent extract job.bin --lang fr", "In words:"),
            ("receipt-agent extract job.bin --receipt", "As receipt/1:"),
        ),
        see=("receipt-agent-profile", "receipt-agent-replay"),
        pages=("receipt.md",),
    ),
    "profile": Words(
        about="What a retailer can tell of its POS to sharpen the reading.",
        exits=((1, "test: something is lost with the profile"), *_JOB_EXITS, _PROFILE),
        examples=(
            (
                "receipt-agent profile new --from day/*.bin --name caisse > caisse.toml",
                "Propose one from recorded papers:",
            ),
            ("receipt-agent profile test caisse.toml day/*.bin", "Try it:"),
        ),
        see=("receipt-agent-extract",),
        pages=("profiles.md",),
    ),
    "policy": Words(
        about="The law as data: packs of rules, each row with its article; which row decided "
        "a receipt, and the notice for the wall.",
        exits=(
            (1, "test: a pack decides otherwise than expected"),
            *_JOB_EXITS,
            (69, "the database cannot be read"),
            (73, "the output cannot be written"),
            (78, "a pack is wrong, or the configuration; file, row and key are said"),
        ),
        examples=(
            (
                "receipt-agent policy explain 01a2255b-f64a-7ced-a73b-8602503b64c8",
                "Why a receipt of the store was decided so:",
            ),
            (
                "receipt-agent policy notice --shop 'Chez Lucie' -o notice.pdf",
                "The notice for the wall:",
            ),
        ),
        pages=("policies.md",),
    ),
    "dictionary": Words(
        about="Makes the receipts of a store fit into smaller QR codes.",
        exits=(
            *_JOB_EXITS,
            (69, "the store's database cannot be read"),
            (78, "a dictionary or a key is damaged"),
        ),
        examples=(
            (
                (
                    "receipt-agent dictionary train --from /var/lib/receipt-agent "
                    "--to dictionaries"
                ),
                "From what the till keeps:",
            ),
        ),
        see=("receipt-agent-keylist",),
        pages=("offline-qr.md",),
    ),
    "keylist": Words(
        about="A signed list by which a phone believes a receipt in a QR.",
        exits=(
            (1, "verify: the list is not good"),
            (78, "a key, an index or a dictionary is damaged"),
        ),
        examples=(
            (
                (
                    "receipt-agent keylist build 7641=till.jsonl --root office.pem "
                    "--retailer Lucie --stores stores.toml -o /srv/www/r"
                ),
                "Publish it:",
            ),
            ("receipt-agent keylist verify -o /srv/www/r", "Read it as a phone would:"),
        ),
        see=("receipt-agent-keys", "receipt-agent-dictionary"),
        pages=("offline-qr.md",),
    ),
}
