"""The RCU's own key: by it a till tells its answers and orders from anybody else's.

Ed25519, ``rcu.pem`` beside the databases (PKCS #8, 0600), made at its first use.  An
answer to a signed request covers its status, its content and the request's signature
(RFC 9421, 2.4): a captive portal, or an answer of yesterday, is none of ours.
"""

from __future__ import annotations

import os
import stat
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as out
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from starlette.requests import Request
from starlette.responses import Response

from agent.wire import enrolment, signatures
from agent.wire.enrolment import AnnouncedKey
from agent.wire.orders import order_text
from agent.wire.signatures import Message
from rcu.errors import ConfigError
from rcu.seams import Clock

KEY_FILE: Final = "rcu.pem"
MAX_FIELD_CHARS: Final = 4096
_COVERED: Final = ('"@status"', '"content-digest"', '"signature";req;key="till"')

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class RcuKey:
    """The key at work."""

    public: AnnouncedKey
    _private: Ed25519PrivateKey = field(repr=False)

    @property
    def kid(self) -> str:
        return self.public.kid

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)

    def secret(self, use: bytes) -> bytes:
        """32 bytes that follow from this key and are for that use alone (RFC 5869)."""
        derived = HKDF(hashes.SHA256(), 32, None, use)
        return derived.derive(self._private.private_bytes_raw())

    def order(self, edge: str, event: dict[str, Any]) -> dict[str, str]:
        """The signature of one event of a till's feed, as it stands in it."""
        signature = self.sign(order_text(edge, event))
        return {"kid": self.kid, "sig": b64encode(signature).decode()}


def load(directory: Path) -> RcuKey:
    """The key, made where there is none.  Blocking.

    Raises:
        ConfigError: it cannot be used; its text says why and what to do.
    """
    path = directory / KEY_FILE
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{path}: others may read this key; chmod 0600 {path}")
    try:
        key = out.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(
            f"{path}: no private key in PEM; put the one of the last backup there, or "
            "remove it and enrol every till again"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(f"{path}: not an Ed25519 key")
    der = key.public_key().public_bytes(
        out.Encoding.DER, out.PublicFormat.SubjectPublicKeyInfo
    )
    public = AnnouncedKey(
        kid=enrolment.kid_of(der),
        purpose="transport",
        alg="Ed25519",
        public=b64encode(der).decode(),
    )
    return RcuKey(public, key)


def _make(path: Path) -> None:
    """Whole or not at all; of two at once the first stays."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        out.Encoding.PEM, out.PrivateFormat.PKCS8, out.NoEncryption()
    )
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    if os.geteuid() == 0:  # a command of root's makes what the server has to read
        owner = path.parent.stat()
        os.chown(beside, owner.st_uid, owner.st_gid)
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def fields_of(request: Request) -> dict[str, str]:
    """Names in lower case; several of one name as RFC 9110, 5.3 combines them."""
    fields: dict[str, str] = {}
    for name, value in request.headers.items():
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields


def target(request: Request) -> str:
    """Path and query, byte by byte as they came."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope.get("query_string", b"")
    return (path + (b"?" + query if query else b"")).decode("ascii", "replace")


class Voice:
    """Signs what endpoints answer to tills that sign."""

    def __init__(self, key: RcuKey, clock: Clock) -> None:
        self._key = key
        self._clock = clock

    def speaking(self, endpoint: Endpoint) -> Endpoint:
        """That endpoint, its answers signed."""

        async def speak(request: Request) -> Response:
            response = await endpoint(request)
            self._sign(request, response)
            return response

        return speak

    def _sign(self, request: Request, response: Response) -> None:
        fields = fields_of(request)
        if signatures.read(fields, enrolment.TILL) is None:
            return
        digest = signatures.content_digest(bytes(response.body))
        answer = Message(
            {"content-digest": digest},
            status=response.status_code,
            request=Message(fields, method=request.method),
        )
        said: dict[str, str | int] = {
            "created": self._clock.now_ms() // 1000,
            "keyid": self._key.kid,
            "alg": signatures.ED25519,
            "tag": enrolment.RCU_TAG,
        }
        response.headers["content-digest"] = digest
        made = signatures.sign(answer, _COVERED, enrolment.RCU, said, self._key.sign)
        response.headers.update(made)
