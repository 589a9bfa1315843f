"""An e-mail address: its syntax by email-validator, its key and its hint by us.

No DNS: a till without a network sells too.  Refused beyond the library's own: quoted
local parts, addresses in brackets, accents before the @ (SMTPUTF8, which half of all
relays do not speak), a last label of one letter, and what people type to be left
alone (:data:`NOBODY`).

The key follows what the large hosts do: the local part in small letters; at Gmail dots
and a ``+tag`` name the same mailbox.  Elsewhere a ``+tag`` may be another person's.
"""

from __future__ import annotations

import re
from typing import Final

from agent.identity.kinds import DOT, Contact, Fault, Unfit

MAX_TYPED_CHARS: Final = 320
"""Beyond what any address may have (RFC 5321, 4.5.3.1): not even looked at."""

GMAIL: Final = frozenset({"gmail.com", "googlemail.com"})

NOBODY: Final = frozenset(
    {
        *("noemail", "nomail", "no-email", "sansemail", "sansmail", "sans-email"),
        *("pasdemail", "pasdemail.fr", "pas-de-mail", "aucun", "aucune", "anonyme"),
        *("client", "clients", "clientdivers", "client.divers", "customer"),
        *("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply"),
        *("nepasrepondre", "ne-pas-repondre", "nospam", "mailer-daemon"),
    }
)
"""Local parts that are no one's mailbox."""
NOWHERE: Final = frozenset(
    {"noemail.com", "nomail.com", "nomail.fr", "noemail.fr", "pasdemail.fr"}
)
_ONE_LETTER: Final = re.compile(r"(.)\1*@\1+(?:\..*)?")
"""``a@a``, ``xx@xx.fr``: typed to get past a field."""

HOSTS: Final = (
    *("gmail.com", "googlemail.com", "hotmail.com", "hotmail.fr", "outlook.com"),
    *("outlook.fr", "live.fr", "live.com", "msn.com", "yahoo.com", "yahoo.fr"),
    *("icloud.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr"),
    *("laposte.net", "bbox.fr", "numericable.fr", "aliceadsl.fr", "club-internet.fr"),
    *("gmx.fr", "gmx.de", "gmx.net", "gmx.at", "web.de", "t-online.de", "freenet.de"),
    *("protonmail.com", "proton.me", "hotmail.es", "yahoo.es", "hotmail.it"),
    *("yahoo.it", "libero.it", "telefonica.net", "sapo.pt", "telia.com", "mail.com"),
    *("email.com", "ymail.com", "hotmail.de", "hotmail.be", "hotmail.co.uk"),
    *("outlook.de", "outlook.be", "outlook.es", "outlook.it", "outlook.pt"),
    *("yahoo.de", "yahoo.be", "yahoo.ie", "yahoo.in", "yahoo.co.uk", "yahoo.se"),
)
"""Where people have their mail, neighbours included: none is a slip for another."""

MEANT: Final = {
    **dict.fromkeys(("gmail.fr", "gmail.co", "gmail.con", "gmail.cm"), "gmail.com"),
    **dict.fromkeys(("gmai.com", "gmil.com", "gmal.com", "gail.com"), "gmail.com"),
    **dict.fromkeys(("gmial.com", "gamil.com", "gmaill.com"), "gmail.com"),
    **dict.fromkeys(("hotmial", "hotmail", "hotmail.con"), "hotmail.com"),
    **dict.fromkeys(
        ("hotmal.fr", "hotmai.fr", "hotmial.fr", "hotmil.fr"), "hotmail.fr"
    ),
    **dict.fromkeys(("orange.f", "orange", "orang.fr", "orange.com"), "orange.fr"),
    **dict.fromkeys(("wanadoo.f", "wanado.fr", "wanadoo.com"), "wanadoo.fr"),
    **dict.fromkeys(("free.f", "free", "fre.fr", "free.com"), "free.fr"),
    **dict.fromkeys(("sfr.f", "sfr", "sfr.com"), "sfr.fr"),
    **dict.fromkeys(("yahoo.f", "yaho.fr", "yhaoo.fr", "yahou.fr"), "yahoo.fr"),
    **dict.fromkeys(
        ("laposte.fr", "laposte.ne", "laposte", "la-poste.net"), "laposte.net"
    ),
    **dict.fromkeys(("outlok.fr", "outlook.f"), "outlook.fr"),
    **dict.fromkeys(("icloud.fr", "icloud.con", "icloud", "iclou.com"), "icloud.com"),
    **dict.fromkeys(("gmail", "gmial"), "gmail.com"),
}
"""Slips of the hand that are too short or too far off to be found by distance."""
NEAR_FROM_CHARS: Final = 8
"""A shorter name has too many real neighbours (sfr.fr, afr.fr)."""


def read(text: str, own_domain: str = "") -> Contact | Unfit:
    """An address as typed; ``own_domain`` is the shop's, which is no customer's.

    A shop that writes from where everybody has an address has no domain of its own.
    """
    typed = text.strip()
    if fault := _at_a_glance(typed):
        return Unfit("email", fault)
    name, _, typed_domain = typed.rpartition("@")
    meant = _meant(typed_domain.lower())
    hint = f"{name}@{meant}" if meant else ""
    checked = _checked(typed)
    if isinstance(checked, Fault):
        # What is proposed must itself be an address.
        fine = hint and not isinstance(_checked(hint), Fault)
        return Unfit("email", checked, hint if fine else "")
    local, domain = checked
    own = domain == own_domain.lower() and domain not in HOSTS
    if local.casefold() in NOBODY or domain in NOWHERE or own:
        return Unfit("email", Fault.NOBODYS)
    return Contact(
        "email", f"{local}@{domain}", key(local, domain), mask(local, domain), hint
    )


def _at_a_glance(typed: str) -> Fault | None:
    if not typed:
        return Fault.EMPTY
    if len(typed) > MAX_TYPED_CHARS:
        return Fault.TOO_LONG
    if "@" not in typed:
        return Fault.NO_AT
    return Fault.NOBODYS if _ONE_LETTER.fullmatch(typed.casefold()) else None


def key(local: str, domain: str) -> str:
    """What two spellings of one mailbox have in common."""
    name = local.lower()
    if domain not in GMAIL:
        return f"{name}@{domain}"
    plain = name.partition("+")[0].replace(".", "")
    return f"{plain or name}@gmail.com"


def mask(local: str, domain: str) -> str:
    """``m•••@gmail.com``: enough to know one's own."""
    return f"{local[:1]}{DOT * 3}@{domain}"


def _checked(typed: str) -> tuple[str, str] | Fault:
    """Local part as typed, domain in small letters and ASCII (IDNA)."""
    found = _library(typed)
    if found is None:
        # The library's own words are English, and may quote what was typed.
        alone = _library(f"a@{typed.rpartition('@')[2]}")
        return Fault.DOMAIN if alone is None else Fault.LOCAL_PART
    local, domain = found
    return Fault.DOMAIN if len(domain.rpartition(".")[2]) == 1 else (local, domain)


def _library(typed: str) -> tuple[str, str] | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            typed, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError:
        return None
    return found.local_part, found.ascii_domain.lower()


def _meant(domain: str) -> str:
    """The host that was perhaps meant, or nothing."""
    if domain in HOSTS:
        return ""
    if domain in MEANT:
        return MEANT[domain]
    if len(domain) < NEAR_FROM_CHARS:
        return ""
    return next((host for host in HOSTS if _one_slip(domain, host)), "")


def _one_slip(typed: str, meant: str) -> bool:
    """One letter more, less, other, or two that changed places (Damerau)."""
    start = 0
    shorter = min(len(typed), len(meant))
    while start < shorter and typed[start] == meant[start]:
        start += 1
    one, other = typed[start:], meant[start:]
    return (
        one[1:] == other[1:]
        or one[1:] == other
        or one == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )
