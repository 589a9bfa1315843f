"""A short code that leads a customer's phone to their receipt's page.

The till makes it from the page's token (so a restart shows the same one); a person reads
it and types it at the RCU, within its ten minutes.  What travels and is kept there are
``finder``, by which a typed code is found, and the page's token, sealed: neither can be
had from the other, and who has both must still guess the code at the price of one scrypt
a guess.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

ALPHABET: Final = "34679ACDEFGHJKMNPQRTVWXY"
"""24 that are not taken for another: no 0 O, 1 I L, 2 Z, 5 S, 8 B, no U."""
CODE_CHARS: Final = 8
"""24^8 = 1.1 x 10^11 codes."""
VALID_S: Final = 600
_SALT: Final = b"receipt-agent shortcode/1"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Both in hex, 32 characters each."""

    finder: str
    token: str


def code_of(token: str) -> str:
    """The code of a page token: 8 characters of the alphabet."""
    digest = hashlib.sha256(b"shortcode/1\0" + token.encode("ascii")).digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(CODE_CHARS):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return "".join(letters)


def spaced(code: str) -> str:
    """As people read it: ``ABCD-EFGH``."""
    return f"{code[:4]}-{code[4:]}"


def typed(text: str) -> str | None:
    """What somebody typed, in its one form; ``None``: it is no code."""
    letters = "".join(each for each in text.upper() if each.isalnum())
    fits = len(letters) == CODE_CHARS and set(letters) <= set(ALPHABET)
    return letters if fits else None


def seal(token: str) -> Sealed:
    """What goes to the RCU.  Some 50 ms and 16 MB: on a thread."""
    finder, pad = _keys(code_of(token))
    hidden = bytes(a ^ b for a, b in zip(_raw(token), pad, strict=True))
    return Sealed(finder, hidden.hex())


def finder_of(code: str) -> str:
    """By what a typed code is found.  As slow."""
    return _keys(code)[0]


def unseal(code: str, hidden: str) -> str:
    """The page's token, if it was sealed by that code.  As slow."""
    _, pad = _keys(code)
    raw = bytes(a ^ b for a, b in zip(bytes.fromhex(hidden), pad, strict=True))
    return base64.b32encode(raw).decode().rstrip("=")


def _keys(code: str) -> tuple[str, bytes]:
    made = hashlib.scrypt(
        code.encode("ascii"), salt=_SALT, n=1 << 14, r=8, p=1, dklen=32
    )
    return made[:16].hex(), made[16:]


def _raw(token: str) -> bytes:
    return base64.b32decode(token + "=" * (-len(token) % 8))
