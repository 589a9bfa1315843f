"""What a contact is called where nobody is to be named."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.identity import contacts
from agent.identity.kinds import Contact, Kind


@dataclass(frozen=True, slots=True)
class References:
    """Makes references; ``kid`` names the secret, 8 bytes."""

    kid: bytes
    secret: bytes = field(repr=False)

    def of(self, contact: Contact) -> bytes:
        return self.kid + contacts.match_key(contact, self.secret)

    def read(self, kind: Kind, value: str, country: str = "FR") -> bytes | None:
        """Of what was written down of a contact; ``None``: it is none."""
        found = contacts.read(kind, value, country=country)
        return self.of(found) if isinstance(found, Contact) else None
