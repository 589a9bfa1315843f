"""The retailer's list of keys: whom a page believes, and what it shows of the shop.

A JWS (RFC 7515, flattened JSON) signed by a key of the head office.  Its payload is
``qr-keys/1``: public keys with their terms and revocations, the merchant block of each
store, the SHA-256 of each dictionary.  A large retailer cuts it into 16 by the first
hex digit of the key's id, which mixes stores: who fetches one names no till.

Signing and verifying are handed in; nothing here loads a key.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal, Protocol

from pydantic import Field, ValidationError

from agent.wire.model import Model
from agent.wire.receipt import Merchant

MAX_LIST_BYTES: Final = 4 << 20
"""Ten thousand tills."""
SHORT_HEX: Final = 8
"""Of a key's id, as a symbol names it: 4 bytes."""
SHARDS: Final = 16
TYPE: Final = "qr-keys+json"


class ListedKey(Model):
    """A till's key.  ``public`` is SubjectPublicKeyInfo in base64; times are UTC."""

    kid: str = Field(pattern=r"^[0-9a-f]{16}$")
    alg: Literal["ES256", "Ed25519"]
    public: str = Field(max_length=256)
    store: str = Field(max_length=64)
    valid_from: datetime
    valid_to: datetime | None = None
    revoked: datetime | None = None

    @property
    def short(self) -> str:
        return self.kid[:SHORT_HEX]


class KeyList(Model):
    """The payload.  ``shards``: the keys lie in as many files beside this one."""

    schema_version: Literal["qr-keys/1"] = "qr-keys/1"
    issued: datetime
    retailer: str = Field(max_length=200)
    shards: Literal[0, 16] = 0
    stores: Mapping[str, Merchant] = {}
    keys: tuple[ListedKey, ...] = ()
    dictionaries: Mapping[int, str] = Field(default={}, description="SHA-256, in hex")

    def find(self, short: str) -> ListedKey | None:
        return next((key for key in self.keys if key.short == short), None)


class Unlisted(StrEnum):
    """Why a list is not believed."""

    UNREADABLE = "unreadable"
    UNKNOWN_ROOT = "unknown_root"
    BAD_SIGNATURE = "bad_signature"


class Signs(Protocol):
    """See :class:`agent.keyring.ring.Signer`."""

    @property
    def kid(self) -> str: ...

    @property
    def alg(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Root:
    """The head office's public key, which lies beside the page."""

    kid: str
    alg: str
    public: str = field(repr=False)


Verifies = Callable[[Root | ListedKey, bytes, bytes], bool]
"""Whether a key made that signature over that message."""


def clashes(keys: Iterable[ListedKey]) -> list[str]:
    """Short ids that more than one key has; such a list must not be written."""
    seen: dict[str, str] = {}
    return [key.short for key in keys if seen.setdefault(key.short, key.kid) != key.kid]


def shards(whole: KeyList) -> dict[str, KeyList]:
    """By file name: ``keys.json`` that names the shards, and the sixteen of them."""
    head = whole.model_copy(update={"shards": SHARDS, "stores": {}, "keys": ()})
    made = {"keys.json": head}
    for digit in "0123456789abcdef":
        keys = tuple(key for key in whole.keys if key.kid[0] == digit)
        named = {key.store for key in keys}
        stores = {name: shop for name, shop in whole.stores.items() if name in named}
        part = {"stores": stores, "keys": keys, "dictionaries": {}}
        made[f"keys-{digit}.json"] = whole.model_copy(update=part)
    return made


def signed(content: KeyList, root: Signs) -> bytes:
    """The file."""
    head = {"alg": root.alg, "kid": root.kid, "typ": TYPE}
    protected = _b64(json.dumps(head, separators=(",", ":")).encode())
    payload = _b64(content.model_dump_json(exclude_none=True).encode())
    signature = _b64(root.sign(f"{protected}.{payload}".encode()))
    whole = {"protected": protected, "payload": payload, "signature": signature}
    return json.dumps(whole, indent=1).encode() + b"\n"


def opened(raw: bytes, roots: Iterable[Root], verifies: Verifies) -> KeyList | Unlisted:
    """What a file says, if one of the roots has signed it."""
    try:
        if len(raw) > MAX_LIST_BYTES:
            return Unlisted.UNREADABLE
        whole = json.loads(raw)
        protected, payload = str(whole["protected"]), str(whole["payload"])
        signature = _raw(whole["signature"])
        head: Any = json.loads(_raw(protected))
        root = next((each for each in roots if each.kid == head["kid"]), None)
        if root is None or head["alg"] != root.alg or head["typ"] != TYPE:
            return Unlisted.UNKNOWN_ROOT
        if not verifies(root, f"{protected}.{payload}".encode(), signature):
            return Unlisted.BAD_SIGNATURE
        return KeyList.model_validate_json(_raw(payload))
    except (ValueError, KeyError, TypeError, ValidationError, RecursionError):
        return Unlisted.UNREADABLE


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: Any) -> bytes:
    try:
        return urlsafe_b64decode(str(text) + "=" * (-len(str(text)) % 4))
    except NotBase64 as error:
        raise ValueError("no base64url") from error
