"""E-mail, telephone, loyalty card: read, shown in public, compared.

The libraries behind (email-validator, phonenumberslite) cost some 20 to 30 ms each at
their first use; :func:`warm` takes that on a thread, after the start.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from agent.identity import addresses, cards, phones
from agent.identity.kinds import Contact, Kind, Unfit

MATCH_KEY_BYTES: Final = 16
"""Of the HMAC kept: WIRE 6."""


def email(text: str) -> str | None:
    """The address with its domain in lower case, or ``None`` if it is none."""
    found = addresses.read(text)
    return found.value if isinstance(found, Contact) else None


def mask_email(address: str) -> str:
    """``marie@gmail.com`` -> ``m•••@gmail.com``: enough to know one's own."""
    local, _, domain = address.rpartition("@")
    return addresses.mask(local, domain)


def read(
    kind: Kind, text: str, *, country: str = "FR", own_domain: str = ""
) -> Contact | Unfit:
    """What somebody typed or scanned, as one kind of contact.

    ``country`` is the shop's, for telephone numbers; ``own_domain`` the shop's, at
    which no customer has an address.
    """
    match kind:
        case "email":
            return addresses.read(text, own_domain)
        case "phone":
            return phones.read(text, country)
        case "loyalty":
            return cards.read(text)


def match_key(contact: Contact, secret: bytes) -> bytes:
    """16 bytes that are equal for equal contacts, and to nobody without ``secret``.

    HMAC-SHA256 of kind, NUL, key.  A plain hash would be none: there are a thousand
    million French numbers, tried in minutes.
    """
    said = f"{contact.kind}\0{contact.key}".encode()
    return hmac.new(secret, said, sha256).digest()[:MATCH_KEY_BYTES]


def warm(*, phone: bool = True) -> None:
    """Load what reading needs, so that the first customer does not wait for it.

    ``phone``: numbers are typed here; what reads them is larger than all the rest.
    """
    addresses.read("anna@example.org")
    if phone:
        phones.read("0612345678", "FR")
