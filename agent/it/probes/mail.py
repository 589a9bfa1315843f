"""The relays, as far as the password; and what DNS says of who may write in our name.

RFC 7208 (SPF), RFC 6376 (DKIM), RFC 7489 (DMARC).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agent.delivery.settings_mail import MailSettings, RelaySettings, is_address
from agent.delivery.smtp.lines import Lines
from agent.errors import ConfigError
from agent.it.finding import Finding, Till, bad, ok, skip, warn

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver

RELAY_S: Final = 15.0
ASK_S: Final = 5.0
SELECTORS: Final = (
    *("default", "mail", "dkim", "s1", "s2", "k1", "selector1", "selector2"),
    *("google", "ovhmo-selector-1", "mailjet", "brevo", "scph0920", "mandrill"),
)
"""A selector stands in a signed mail only; these are what providers in France use."""
NO_MAIL: Final = ("pas d’e-mail", "no e-mail")


async def relays(till: Till) -> list[Finding]:
    """Connect, STARTTLS, log in, name the sender, hang up; no mail is sent."""
    mail = till.config.mail
    if mail is None:
        return [skip(*NO_MAIL)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_relay(each, mail)) for each in mail.relays]
    return [task.result() for task in tasks]


async def _relay(relay: RelaySettings, mail: MailSettings) -> Finding:
    import aiosmtplib

    where = f"{relay.host}:{relay.port} {relay.security}"
    sender = mail.return_path or mail.sender
    lines = Lines(relay, mail)
    until_s = asyncio.get_running_loop().time() + RELAY_S
    try:
        await lines.ready()
        async with lines.line(until_s, fresh=True) as line:
            await line.client.mail(sender)
            await line.client.rset()
    except aiosmtplib.SMTPSenderRefused as error:
        return bad(
            (
                "le relais refuse cette adresse d’expéditeur",
                "the relay refuses this sender",
            ),
            (
                (
                    "mail.sender (ou return_path) doit être une adresse de ce compte : "
                    "déclarez-la chez le fournisseur"
                ),
                (
                    "mail.sender (or return_path) must be an address of that account: "
                    "declare it at the provider"
                ),
            ),
            f"{where}: {error.code} {sender}",
        )
    except aiosmtplib.SMTPAuthenticationError as error:
        return bad(
            ("le relais refuse le mot de passe", "the relay refuses the password"),
            (
                "vérifiez mail.username et password_file (sans espace ni ligne de trop)",
                "check mail.username and password_file (no space or line too many)",
            ),
            f"{where}: {error.code}",
        )
    except (aiosmtplib.SMTPException, ConfigError, OSError) as error:
        return _unreached(error, where)
    finally:
        lines.close()
    if relay.username:
        return ok(
            "le relais répond, mot de passe accepté",
            "the relay answers, password accepted",
            where,
        )
    return ok(
        "le relais répond, sans mot de passe",
        "the relay answers, without a password",
        where,
    )


def _unreached(error: Exception, where: str) -> Finding:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return bad(
                (
                    "le certificat du relais n’est pas cru",
                    "the relay’s certificate is not believed",
                ),
                (
                    "mail.ca_file, ou le bon mail.host",
                    "mail.ca_file, or the right mail.host",
                ),
                f"{where}: {seen.verify_message}",
            )
        seen = seen.__cause__ or seen.__context__
    return bad(
        ("le relais ne prend pas d’e-mail", "the relay takes no mail"),
        (
            (
                "port et security vont ensemble (587 starttls, 465 tls) ; le pare-feu laisse-t-il "
                "sortir ?"
            ),
            (
                "port and security go together (587 starttls, 465 tls); does the firewall let it "
                "out?"
            ),
        ),
        f"{where}: {type(error).__name__}: {error}"[:200],
    )


@dataclass(frozen=True, slots=True)
class Texts:
    """TXT of one name.  ``answered``: somebody did; ``exists``: there is such a name."""

    name: str
    texts: tuple[str, ...] = ()
    answered: bool = True
    exists: bool = True

    def of(self, version: str) -> list[str]:
        """Those that begin with that tag, and no longer one."""
        return [
            text
            for text in self.texts
            if text.lower().replace(";", " ").split()[:1] == [version]
        ]


async def records(till: Till) -> list[Finding]:
    """SPF, DMARC and DKIM of the sender's domain."""
    mail = till.config.mail
    if mail is None or not is_address(mail.sender):
        return [skip(*NO_MAIL)]
    from dns import asyncresolver  # 60 ms, for doctor only

    resolver = asyncresolver.Resolver(configure=till.dns is None)
    if till.dns is not None:
        resolver.nameservers, resolver.port = [till.dns[0]], till.dns[1]
    resolver.lifetime = ASK_S
    domain = mail.sender.rpartition("@")[2]
    bounces = (mail.return_path or mail.sender).rpartition("@")[2]
    async with asyncio.TaskGroup() as group:
        own = group.create_task(_texts(resolver, domain))
        spf = group.create_task(_texts(resolver, bounces))
        policies = [
            group.create_task(_texts(resolver, f"_dmarc.{each}"))
            for each in (domain, *_above(domain))
        ]
        keys = [
            group.create_task(_texts(resolver, f"{name}._domainkey.{domain}"))
            for name in SELECTORS
        ]
    if not own.result().answered or not spf.result().answered:
        return [_no_answer(domain)]
    if not own.result().exists:
        return [_no_domain(domain)]
    return [
        _spf(spf.result(), bounces) if spf.result().exists else _no_domain(bounces),
        _dmarc([each.result() for each in policies], domain),
        _dkim([each.result() for each in keys], domain),
    ]


def _above(domain: str) -> Iterator[str]:
    """Domains that it may have its policy from, nearest first (RFC 7489, 6.6.3).

    Without the list of public suffixes: one of two labels is the last that is asked, and
    what a registry publishes there holds below it too (RFC 9091).
    """
    labels = domain.split(".")
    for at in range(1, len(labels) - 1):
        yield ".".join(labels[at:])


async def _texts(resolver: Resolver, name: str) -> Texts:
    from dns import exception
    from dns.resolver import NXDOMAIN, NoAnswer

    try:
        answer = await resolver.resolve(name, "TXT")
    except NXDOMAIN:
        return Texts(name, exists=False)
    except NoAnswer:
        return Texts(name)
    except (exception.DNSException, OSError):
        return Texts(name, answered=False)
    found = (b"".join(each.strings).decode(errors="replace") for each in answer)
    return Texts(name, tuple(found))


def _no_answer(name: str) -> Finding:
    says = ("le DNS ne répond pas", "the DNS does not answer")
    return warn(says, (f"resolvectl query -t TXT {name}",) * 2, name)


def _no_domain(domain: str) -> Finding:
    return bad(
        (f"le domaine {domain} n’existe pas", f"the domain {domain} does not exist"),
        (
            (
                "mail.sender (et return_path) : une adresse d’un domaine à vous, tel qu’il est "
                "déposé"
            ),
            (
                "mail.sender (and return_path): an address of a domain of yours, as it is "
                "registered"
            ),
        ),
        domain,
    )


def _spf(there: Texts, domain: str) -> Finding:
    found = there.of("v=spf1")
    remedy = (
        f'publiez pour {domain} : TXT "v=spf1 include:VOTRE-FOURNISSEUR -all"',
        f'publish for {domain}: TXT "v=spf1 include:YOUR-PROVIDER -all"',
    )
    if not found:
        return bad(
            (
                "pas de SPF : les e-mails finiront en indésirables",
                "no SPF: mails become spam",
            ),
            remedy,
            domain,
        )
    if len(found) > 1:
        return bad(
            (
                "deux SPF valent aucun (RFC 7208, 3.2)",
                "two SPF are none (RFC 7208, 3.2)",
            ),
            ("n’en gardez qu’un", "keep one"),
            domain,
        )
    # Without a sign a mechanism passes (RFC 7208, 4.6.2).
    if {"+all", "all"} & {*found[0].lower().split()}:
        return bad(
            ("SPF laisse écrire tout le monde", "SPF lets anybody write"),
            remedy,
            found[0],
        )
    return ok("SPF est publié", "SPF is published", found[0][:100])


def _dmarc(there: Sequence[Texts], domain: str) -> Finding:
    """The nearest that has a policy; what nobody answers is not taken for none."""
    for each in there:
        if not each.answered:
            return _no_answer(each.name)
        found = each.of("v=dmarc1")
        if len(found) > 1:
            return warn(
                (
                    "deux DMARC valent aucun (RFC 7489, 6.6.3)",
                    "two DMARC are none (RFC 7489, 6.6.3)",
                ),
                ("n’en gardez qu’un", "keep one"),
                each.name,
            )
        if found and each is there[0]:
            return ok("DMARC est publié", "DMARC is published", found[0][:100])
        if found:
            detail = f"{each.name} {found[0]}"[:120]
            return ok("DMARC vient d’au-dessus", "DMARC comes from above", detail)
    return warn(
        ("pas de DMARC", "no DMARC"),
        (
            f'publiez _dmarc.{domain} : TXT "v=DMARC1; p=none; rua=mailto:…"',
            f'publish _dmarc.{domain}: TXT "v=DMARC1; p=none; rua=mailto:…"',
        ),
        domain,
    )


def _dkim(there: Sequence[Texts], domain: str) -> Finding:
    if any("p=" in text and _filled(text) for each in there for text in each.texts):
        return ok("DKIM est publié", "DKIM is published", domain)
    if unknown := [each.name for each in there if not each.answered]:
        return _no_answer(unknown[0])
    return warn(
        ("aucune clé DKIM courante", "no common DKIM key found"),
        (
            (
                "votre fournisseur de messagerie la donne ; s’il signe sous un autre "
                "sélecteur, tout va bien"
            ),
            "your mail provider has it; if it signs under another selector, all is well",
        ),
        domain,
    )


def _filled(text: str) -> bool:
    """An empty key is a revoked one (RFC 6376, 3.6.1)."""
    _, _, key = text.partition("p=")
    return bool(key.partition(";")[0].strip())
