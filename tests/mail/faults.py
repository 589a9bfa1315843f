"""What may go wrong between till and relay, each on a real socket and the real store.

``python -m tests.mail.faults [FILE]`` plays them and writes the table of
``docs/delivery-faults.md``, section E-mail; :mod:`tests.mail.test_faults` holds it.  Time is the
only thing that is not real: hours pass in milliseconds.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult

from agent.delivery.channels.email import EmailChannel, message_id
from agent.delivery.reasons import wording
from agent.delivery.settings_mail import MailSettings, RelaySettings
from agent.store.records import Parcel, ParcelState
from tests.delivery.test_dispatcher import FakeChannel, Rig
from tests.fakes.clock import FakeClock
from tests.mail.relays import Relay, Script, scripted
from tests.store.builders import opened

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "delivery-faults.md"
BEGINS, ENDS = "<!-- e-mail faults -->", "<!-- end of e-mail faults -->"
MANY: Final = 5
"""Tries after which it is clear that it waits."""
PATIENCE_S: Final = 1.0
"""Of the channel, in real seconds, where it has to run out."""
UNHURRIED_S: Final = 20.0
"""Where it must not: on a busy machine a relay is late, and gets the mail again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """``breaks`` a relay; after ``tries`` (if it ever is) the relay is well again."""

    name: str
    breaks: Callable[[Script], None]
    tries: int = 1
    mends: bool = True
    spare: bool = False
    """There is a second relay."""


@dataclass(slots=True)
class Played:
    """What came of it: the outcomes in order, mails that the relays took, and how it ends."""

    outcomes: list[str] = field(default_factory=list)
    taken: int = 0
    identifiers: set[str] = field(default_factory=set)
    end: str = ""
    """``sent``, ``paper``, ``waits``."""


def _away(relay: Script) -> None:
    relay.leaves_at = "EHLO"


def _slow(relay: Script) -> None:
    relay.hangs_at = "RCPT"


def _says(verb: str, answer: str) -> Callable[[Script], None]:
    def breaks(relay: Script) -> None:
        relay.answers[verb] = answer

    return breaks


def _leaves(at: str) -> Callable[[Script], None]:
    def breaks(relay: Script) -> None:
        relay.leaves_at = at

    return breaks


FAULTS: Final = (
    Fault("relay away, comes back", _away, tries=3),
    Fault("relay silent for longer than a step may take", _slow),
    Fault("first relay away, second there", _away, spare=True, mends=False),
    Fault("greylisting (451 4.7.1 to RCPT)", _says("RCPT", "451 4.7.1 greylisted")),
    Fault(
        "disk full (452 to the message), twice", _says("content", "452 4.3.1"), tries=2
    ),
    Fault("busy (421 to MAIL)", _says("MAIL", "421 4.3.2 try later")),
    Fault("our sender refused (550 to MAIL), repaired", _says("MAIL", "550 5.7.1")),
    Fault("mailbox unknown (550 to RCPT)", _says("RCPT", "550 5.1.1"), mends=False),
    Fault(
        "message refused (554 to the message)",
        _says("content", "554 5.7.1"),
        mends=False,
    ),
    Fault("closes in the middle of DATA", _leaves("half")),
    Fault("takes the message, closes before its answer", _leaves("content")),
    Fault("does so each time", _leaves("content"), mends=False),
)


async def play(fault: Fault, folder: Path) -> Played:
    """One receipt, until nothing more happens to it."""
    first, second = Script(), Script()
    fault.breaks(first)
    async with scripted(first) as settings, scripted(second) as other:
        wait_s = PATIENCE_S if first.hangs_at else UNHURRIED_S
        quick = {"connect_s": wait_s, "step_s": wait_s, "data_s": wait_s}
        if fault.spare:
            spare = RelaySettings(host=other.host, port=other.port, security="none")
            quick["relay"] = (spare,)  # type: ignore[assignment]
        changed = settings.model_copy(update=quick)

        def mend(tried: int) -> None:
            if fault.mends and tried >= fault.tries:
                first.answers.clear()
                first.leaves_at = first.hangs_at = ""
                first.released.set()

        played = await _posted(changed, folder, mend)
        first.released.set()
    played.taken = first.taken + second.taken
    played.identifiers = first.identifiers | second.identifiers
    return played


class _Composer:
    async def compose(self, parcel: Parcel) -> bytes:
        identifier = message_id(parcel.receipt, "shop.example", parcel.number)
        head = f"Message-ID: {identifier}\r\nSubject: Votre ticket\r\n\r\n"
        return head.encode() + b"Total 12,30\r\n" * 400


async def _posted(
    settings: MailSettings, folder: Path, mend: Callable[[int], None]
) -> Played:
    channel, clock, played = EmailChannel(settings), FakeClock(), Played()
    async with opened(folder, clock=clock) as store:
        rig = Rig(store, _Named(channel), clock)
        rig.composer = _Composer()  # type: ignore[assignment]
        dispatcher = rig.dispatcher()
        async with rig.running(dispatcher):
            await rig.shelve()
            while not played.end:
                seen = len(rig.settled) + 1
                await rig.tick_until_settled(seen, 20.0)
                last = rig.settled[-1]
                played.outcomes.append(last.detail)
                mend(seen)
                if last.state is ParcelState.DONE:
                    played.end = "sent"
                elif last.state is ParcelState.DEAD:
                    played.end = "paper" if rig.dead else "lost"
                elif seen >= MANY:
                    played.end = "waits"
    channel.close()
    return played


class _Named(FakeChannel):
    """The real channel where the dispatcher's rig has its own."""

    def __init__(self, channel: EmailChannel) -> None:
        super().__init__()
        self._channel = channel

    async def send(self, message: bytes, recipient: str) -> Any:
        return await self._channel.send(message, recipient)


# -- TLS and passwords: aiosmtpd speaks them --------------------------------------------


@asynccontextmanager
async def _guarded(folder: Path) -> AsyncGenerator[tuple[Relay, MailSettings, Path]]:
    """A relay with TLS and a password; its certificate, which is its own authority."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=relay.test -addext subjectAltName=IP:127.0.0.1 "
        f"-out {certificate} -keyout {key}"
    )
    await asyncio.to_thread(
        subprocess.run, command.split(), check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    relay = Relay()

    def judge(
        _server: Any, _session: Any, _envelope: Any, _how: str, login: Any
    ) -> AuthResult:
        return AuthResult(success=login.password == b"right", handled=False)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(
            relay, hostname="relay.test", tls_context=context, authenticator=judge
        ),
        "127.0.0.1",
        0,
    )
    (folder / "password").write_text("right")
    settings = MailSettings(
        host="127.0.0.1",
        port=server.sockets[0].getsockname()[1],
        sender="tickets@shop.example",
        username="till",
        password_file=folder / "password",
        ca_file=certificate,
    )
    async with server:
        yield relay, settings, folder / "password"


async def play_password(folder: Path) -> Played:
    """A wrong password, put right later without a restart."""
    async with _guarded(folder) as (relay, settings, password):
        password.write_text("wrong")

        def mend(tried: int) -> None:
            if tried == 2:
                password.write_text("right")

        played = await _posted(settings, folder, mend)
        played.taken = len(relay.took)
        await asyncio.sleep(0)
    return played


async def play_certificate(folder: Path) -> Played:
    """Signed by nobody whom we know; nobody repairs it."""
    async with _guarded(folder) as (relay, settings, _password):
        strange = settings.model_copy(update={"ca_file": None})
        played = await _posted(strange, folder, lambda _: None)
        played.taken = len(relay.took)
    return played


# -- the table --------------------------------------------------------------------------


def row(name: str, played: Played) -> str:
    """One line of the table."""
    codes = [each for each in played.outcomes if each and not _is_number(each)]
    runs = list(dict.fromkeys(codes))
    heads = dict.fromkeys(each.partition(":")[0] for each in codes)
    said = [found.fr for head in heads if (found := wording(head)) is not None]
    tries = len(played.outcomes)
    doubles = " (same Message-ID)" if played.taken > 1 else ""
    cells = (
        name,
        ", ".join(f"`{each}`" for each in runs) or "–",
        f"{tries}{'+' if played.end == 'waits' else ''}",
        f"{played.taken}{doubles}",
        {"sent": "e-mail", "paper": "paper", "waits": "waits"}[played.end],
        " ".join(said) or "–",
    )
    return f"| {' | '.join(cells)} |"


def _is_number(detail: str) -> bool:
    """A relay's own, not a reason."""
    return wording(detail) is None


HEAD: Final = """\
| fault | reason in the log | tries | mails at the relays | ends as | what a person is told |
|---|---|---|---|---|---|"""


async def table() -> str:
    """All of it, played now."""
    lines = [HEAD]
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            lines.append(row(fault.name, await play(fault, Path(folder))))
    for name, plays in (
        ("password wrong, put right", play_password),
        ("certificate of nobody we know", play_certificate),
    ):
        with tempfile.TemporaryDirectory() as folder:
            lines.append(row(name, await plays(Path(folder))))
    return "\n".join(lines)


def main(document: Path) -> None:
    """Put the table where it stands."""
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd's own surprise
    made = asyncio.run(table())
    text = document.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGINS)
    after = rest.partition(ENDS)[2]
    document.write_text(f"{before}{BEGINS}\n{made}\n{ENDS}{after}", encoding="utf-8")
    print(made)  # noqa: T201 -- a command


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENT)
