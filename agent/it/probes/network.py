"""Names, certificates and the RCU."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from agent import consent_ledger, sight
from agent.clock import SystemClock
from agent.config import Config
from agent.delivery.settings import TcpLink
from agent.delivery.settings_sms import SmsSettings
from agent.entropy import SystemEntropy
from agent.errors import ConfigError
from agent.it.finding import Finding, Till, aside, bad, ok, skip, warn
from agent.sync import credentials
from agent.sync.answers import Unreachable
from agent.sync.pulling import pulling
from agent.sync.speaker import Speaker
from agent.sync.transport import tls

RESOLVE_S: Final = 8.0
CONNECT_S: Final = 5.0
SOON_DAYS: Final = 21
FAR_OFF_S, OFF_S = 300, 30
"""A signature is good for five minutes either way (docs/decisions/0014-sync.md)."""


def _hosts(config: Config) -> Iterator[tuple[str, int]]:
    if config.sync.enabled:
        parts = urlsplit(config.sync.url)
        yield (
            parts.hostname or "",
            parts.port or (443 if parts.scheme == "https" else 80),
        )
    for relay in config.mail.relays if config.mail else ():
        yield relay.host, relay.port
    for each in _sms(config.sms):
        parts = urlsplit(each)
        yield (
            parts.hostname or "",
            parts.port or (443 if parts.scheme == "https" else 80),
        )
    if isinstance(config.printer.wire, TcpLink):
        yield config.printer.wire.host, config.printer.wire.port


def _sms(sms: SmsSettings | None) -> Iterator[str]:
    """The gateway of the way that is used; a modem has none."""
    if sms is not None and sms.way == "http" and sms.http is not None:
        yield sms.http.url
    elif sms is not None and sms.way == "twilio" and sms.twilio is not None:
        yield sms.twilio.base_url
    elif sms is not None and sms.way == "ovh" and sms.ovh is not None:
        yield sms.ovh.base_url


async def names(till: Till) -> list[Finding]:
    """Every host that the configuration names has an address."""
    wanted = {host: (host, port) for host, port in _hosts(till.config)}

    async def one(host: str, port: int) -> Finding:
        try:
            async with asyncio.timeout(RESOLVE_S):
                found = await aside(
                    lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                )
        except (OSError, TimeoutError, UnicodeError) as error:
            return bad(
                (f"{host} n’a pas d’adresse", f"{host} has no address"),
                (
                    "vérifiez le nom, et le DNS : resolvectl status",
                    "check the name, and the DNS: resolvectl status",
                ),
                str(error) or "time-out",
            )
        return ok(
            f"{host} a une adresse", f"{host} has an address", str(found[0][4][0])
        )

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(*each)) for each in wanted.values()]
    return [task.result() for task in tasks] or [skip("rien à résoudre", "no names")]


async def certificates(till: Till) -> list[Finding]:
    """Ours by their files, the RCU's as it shows it."""
    config, found = till.config, []
    for name, path in sight.certificates(config).items():
        try:
            found.append(_ends(name, sight.ends(path)))
        except (OSError, ValueError) as error:
            remedy = ("remettez un certificat PEM", "put a certificate in PEM there")
            says = (f"{name} : certificat illisible", f"{name}: unreadable certificate")
            found.append(bad(says, remedy, f"{path}: {error}"))
    parts = urlsplit(config.sync.url)
    if parts.scheme == "https" and parts.hostname:
        found.append(await _shown(config, parts.hostname, parts.port or 443))
    return found or [skip("aucun certificat", "no certificate")]


async def _shown(config: Config, host: str, port: int) -> Finding:
    try:
        context = await aside(lambda: tls(config.sync))
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
        with closing(writer):
            shown = writer.get_extra_info("peercert") or {}
    except ssl.SSLCertVerificationError as error:
        return bad(
            (
                f"le certificat de {host} n’est pas cru",
                f"{host}’s certificate is not believed",
            ),
            (
                (
                    "échu, ou d’une autorité à vous (sync.ca_file), ou un portail ou proxy "
                    "s’interpose ; vérifiez aussi l’horloge"
                ),
                (
                    "expired, or of an authority of yours (sync.ca_file), or a portal or proxy "
                    "stands between; check the clock too"
                ),
            ),
            error.verify_message or str(error),
        )
    except (OSError, TimeoutError, ConfigError) as error:
        return bad(
            (f"pas de TLS avec {host}", f"no TLS with {host}"),
            ("vérifiez le pare-feu et sync.url", "check the firewall and sync.url"),
            f"{type(error).__name__} {error}"[:160],
        )
    ends_s = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    return _ends(host, dt.datetime.fromtimestamp(ends_s, dt.UTC))


def _ends(name: str, at: dt.datetime) -> Finding:
    days = (at - dt.datetime.now(dt.UTC)).days
    detail, remedy = f"{at:%Y-%m-%d}", ("renouvelez-le", "renew it")
    if days < 0:
        return bad(
            (f"{name} : certificat échu", f"{name}: certificate expired"),
            remedy,
            detail,
        )
    if days < SOON_DAYS:
        says = (f"{name} : plus que {days} jours", f"{name}: {days} days left")
        return warn(says, remedy, detail)
    return ok(f"{name} : certificat valable", f"{name}: certificate valid", detail)


async def rcu(till: Till) -> list[Finding]:
    """Enrolled, reachable, its signature, and how far the clocks are apart."""
    config = till.config
    if not config.sync.enabled:
        return [skip("pas de service central", "no RCU")]
    clock, ring = SystemClock(), consent_ledger.ring_of(config)
    enrol = (
        f"receipt-rcu enrol-code --till EDGE au siège, puis receipt-agent enrol {config.sync.url} CODE",
        f"receipt-rcu enrol-code --till EDGE there, then receipt-agent enrol {config.sync.url} CODE",
    )
    try:
        held = await aside(
            lambda: credentials.load(
                config.sync, config.till.state_dir, ring, clock.now()
            )
        )
    except (ConfigError, OSError) as error:
        says = ("cette caisse n’est pas enrôlée", "this till is not enrolled")
        return [bad(says, enrol, str(error)[:200])]
    speaker = Speaker(held, config.till.source, clock, SystemEntropy())
    async with pulling(config.sync, speaker) as puller:
        reply = await puller.pull("", 0)
    if isinstance(reply, Unreachable):
        return [
            bad(
                ("le service central n’est pas joignable", "the RCU cannot be reached"),
                (
                    "vérifiez réseau, pare-feu et sync.url ; les tickets attendent ici",
                    "check network, firewall and sync.url; receipts wait here",
                ),
                reply.reason,
            )
        ]
    found = [*_drift(reply.headers.get("date", ""), clock.now())]
    if reply.ours is False and reply.status < 500:
        found.append(
            bad(
                (
                    "la réponse n’est pas signée par le RCU",
                    "the RCU did not sign the answer",
                ),
                (
                    (
                        "un portail ou proxy répond à sa place, ou sa clé a changé : enrôlez à "
                        "nouveau"
                    ),
                    "a portal or proxy answers in its place, or its key changed: enrol again",
                ),
                f"HTTP {reply.status}",
            )
        )
    elif reply.status in {401, 403}:
        says = ("le RCU ne connaît pas cette caisse", "the RCU does not know this till")
        found.append(bad(says, enrol, f"HTTP {reply.status}"))
    elif reply.status >= 400:
        says = ("le RCU répond par une erreur", "the RCU answers with an error")
        remedy = ("prévenez le siège", "tell whoever runs it")
        found.append(bad(says, remedy, f"HTTP {reply.status}"))
    else:
        says = (
            ("le RCU répond, et signe", "the RCU answers, and signs")
            if reply.ours
            else ("le RCU répond, sans signer", "the RCU answers, and does not sign")
        )
        found.append(ok(*says, f"HTTP {reply.status}"))
    return found


def _drift(date: str, now: dt.datetime) -> list[Finding]:
    try:
        off_s = (now - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError):
        return []
    says = (
        f"l’horloge est à {off_s:+.0f} s de celle du RCU",
        f"the clock is {off_s:+.0f} s from the RCU’s",
    )
    remedy = ("timedatectl set-ntp true",) * 2
    if abs(off_s) > FAR_OFF_S:
        return [bad(says, remedy)]
    if abs(off_s) > OFF_S:
        return [warn(says, remedy)]
    return [ok(*says)]
