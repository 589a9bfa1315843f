"""Mails: how long one takes to compose and how large it is; a kept connection beside a new one.

The relay is aiosmtpd on this machine, with TLS and a password, as a shop's is; over a
real uplink a new connection costs some round trips more.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

from agent.delivery.channels.email import EmailChannel
from agent.delivery.outcome import Delivered
from agent.delivery.settings_mail import MailSettings
from agent.letters import strip_pdf
from agent.letters.mail import MAX_HTML_BYTES, MAX_MESSAGE_BYTES, Envelope, compose
from agent.wire.receipt import Item, Level, Receipt, Verdict

MAILS = 40
ENVELOPE = Envelope(
    "tickets@shop.example",
    "anna@example.org",
    "1@shop.example",
    dt.datetime(2026, 11, 21, 18, 43, tzinfo=dt.UTC),
)


def receipt(lines: int) -> Receipt:
    return Receipt(
        items=tuple(Item(label=f"ARTICLE {n:03d}", amount=199) for n in range(lines)),
        total=199 * lines,
        verdict=Verdict(level=Level.V1),
        lines=tuple(
            f"ARTICLE {n:03d}                       1,99" for n in range(lines)
        ),
    )


def composed(lines: int, *, with_pdf: bool) -> bytes:
    one = receipt(lines)
    strip = strip_pdf.of_lines(one.lines)
    pdf = strip_pdf.compose(strip, mark="", lang="fr") if with_pdf else b""
    url = "https://tickets.example/r/K7QXZ4N2V6TRM3YB5DLH2WJEAC"
    return compose(one, ENVELOPE, url=url, shop="Boutique", lang="fr", pdf=pdf)


def composing() -> None:
    print(f"{'goods':>6} {'PDF':>4} {'ms':>7} {'bytes':>8}")
    for lines in (3, 12, 40, 200, 400):
        for with_pdf in (False, True):
            raw = composed(lines, with_pdf=with_pdf)
            took = []
            for _ in range(5):
                before = time.perf_counter()
                composed(lines, with_pdf=with_pdf)
                took.append(time.perf_counter() - before)
            said = "yes" if with_pdf else "no"
            ms = statistics.median(took) * 1000
            print(f"{lines:6} {said:>4} {ms:7.1f} {len(raw):8}")
    print(f"bounds: HTML {MAX_HTML_BYTES} bytes, message {MAX_MESSAGE_BYTES} bytes")


class Sink:
    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        return "250 2.0.0 OK"


async def sending(folder: Path) -> None:
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=relay -addext subjectAltName=IP:127.0.0.1 "
        f"-out {certificate} -keyout {key}"
    )
    await asyncio.to_thread(
        subprocess.run, command.split(), check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def judge(*_: Any) -> AuthResult:
        return AuthResult(success=True)

    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Sink(), tls_context=context, authenticator=judge), "127.0.0.1", 0
    )
    (folder / "password").write_text("x")
    raw = composed(12, with_pdf=True)
    print(f"\n{MAILS} mails of {len(raw)} bytes, STARTTLS and a password, ms each")
    for name, idle_close_s in (("a new connection each", 0.0), ("kept", 30.0)):
        settings = MailSettings(
            host="127.0.0.1",
            port=server.sockets[0].getsockname()[1],
            sender="tickets@shop.example",
            username="till",
            password_file=folder / "password",
            ca_file=certificate,
            idle_close_s=idle_close_s,
        )
        channel, took = EmailChannel(settings), []
        for _ in range(MAILS):
            before = time.perf_counter()
            outcome = await channel.send(raw, "anna@example.org")
            took.append((time.perf_counter() - before) * 1000)
            assert isinstance(outcome, Delivered), outcome
        channel.close()
        ordered = sorted(took[1:])
        p99 = ordered[int(len(ordered) * 0.99)]
        print(f"{name:22} p50 {statistics.median(ordered):6.1f}  p99 {p99:6.1f}")
    server.close()


def main() -> int:
    composing()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(sending(Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
