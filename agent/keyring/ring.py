"""The ring: makes the keys that are missing, signs with the current ones, rotates.

One private key a purpose, ``consent.pem``, ``transport.pem``, ``qr.pem`` (PKCS #8, RFC
5958), among systemd's credentials or else in the folder.  The private key is the truth
of which one signs: one that the index does not know yet (a crash came between, or the
shop has put another one there) is entered before its first signature, and the one
before it is closed.
"""

from __future__ import annotations

import hmac
import os
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent.errors import ConfigError
from agent.keyring import index, safe
from agent.keyring.index import ALGORITHMS, PURPOSES, PublicKey, Purpose

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

INDEX: Final = "index.jsonl"
SUBJECT: Final = "subject.key"
SUBJECT_ID: Final = "subject.kid"
"""Under which secret contacts are compared: a command that has another one must not."""
SUBJECT_BYTES: Final = 32


def credentials() -> Path | None:
    """Where systemd has put what LoadCredential= names."""
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(given) if given else None


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """The secret of the HMAC under which contacts are compared; ``kid`` names it."""

    kid: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key at work."""

    public: PublicKey
    _key: Ed25519PrivateKey | EllipticCurvePrivateKey = field(repr=False)

    @property
    def kid(self) -> str:
        return self.public.kid

    def sign(self, message: bytes) -> bytes:
        """64 bytes: Ed25519, or ES256 as r and s."""
        from cryptography.hazmat.primitives.asymmetric import ec, utils
        from cryptography.hazmat.primitives.hashes import SHA256

        if not isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(message)
        r, s = utils.decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class Keyring:
    """The keys of one till.  Blocking (files, and 30 ms of library at first): on a thread.

    Raises (all methods):
        ConfigError: a file that is missing, open to others, damaged, not writable;
            its text names file and remedy, and never what stands in it.
    """

    def __init__(self, folder: Path, credentials: Path | None = None) -> None:
        self._folder = folder
        self._credentials = credentials
        self._held: dict[Purpose, tuple[object, Signer]] = {}

    def init(self, now: datetime) -> tuple[PublicKey, ...]:
        """Make what was never there; the keys that sign from now on.  Safe to repeat.

        A key that the index has and that is not here is somebody's credential, or lost:
        then :meth:`rotate` makes another.
        """
        safe.make_folder(self._folder)
        with safe.alone(self._folder):
            self._subject()
            return tuple(self._made(purpose, now) for purpose in PURPOSES)

    def rotate(
        self, purpose: Purpose, now: datetime, *, revoke: bool = False
    ) -> PublicKey:
        """A new key signs from now on; ``revoke``: the old one is lost or known.

        The old private key is gone then; its public key stays in the index.
        """
        safe.make_folder(self._folder)
        with safe.alone(self._folder):
            if self._as_credential(purpose) is not None:
                raise ConfigError(
                    f"{purpose}.pem is one of systemd's credentials; replace it where "
                    "LoadCredential= reads it, and restart the agent"
                )
            before = {key.kid for key in self.public() if _signs(key, purpose)}
            safe.replace(self._path(purpose), _fresh(purpose))
            new = self._entered(purpose, now).public
            if revoke:
                keys = [
                    replace(key, revoked=_at(now)) if key.kid in before else key
                    for key in self.public()
                ]
                safe.replace(self._folder / INDEX, index.write(keys))
            return new

    def public(self) -> tuple[PublicKey, ...]:
        """The index, oldest first; empty before the first key."""
        path = self._folder / INDEX
        content = safe.read_secret(path)
        return index.read(content, str(path)) if content else ()

    def signer(self, purpose: Purpose, now: datetime) -> Signer:
        """What signs now: a rotation is taken up with the next signature."""
        stamp = self._stamp(purpose)
        held = self._held.get(purpose)
        if held is not None and stamp is not None and held[0] == stamp:
            return held[1]
        safe.make_folder(self._folder)
        with safe.alone(self._folder):
            signer = self._entered(purpose, now)
        self._held[purpose] = (self._stamp(purpose), signer)
        return signer

    def subject_key(self) -> SubjectKey:
        """The secret for contacts: the retailer's among the credentials, or our own.

        Our own is made when there is none: then one contact has the same reference at
        this till, and another one at the next.
        """
        safe.make_folder(self._folder)
        with safe.alone(self._folder):
            return self._subject()

    def kid(self, purpose: Purpose) -> str | None:
        """Of the private key as it is here; ``None``: none is.  Nothing is made or entered."""
        raw = self._private(purpose)
        if raw is None:
            return None
        return index.kid_of(_public_der(_load(raw, purpose, self._path(purpose))))

    def subject_here(self) -> SubjectKey | None:
        """The secret for contacts as it is here; ``None``: it was never made, nor is it now."""
        path, named = self._folder / SUBJECT, self._subject_named()
        given = self._credential(SUBJECT)
        secret = given if given is not None else safe.read_secret(path)
        if secret is None and not named:
            return None
        key = _subject_key(secret or b"")
        if given is None and named and (key is None or key.kid != named):
            raise ConfigError(
                f"{path}: not the secret {named}, under which contacts were compared. "
                f"One of systemd's credentials ({SUBJECT}) is seen by the service only: "
                "systemd-run --pipe -p LoadCredentialEncrypted=... runs a command with "
                "it.  Where another secret is meant from now on, remove "
                f"{self._folder / SUBJECT_ID}"
            )
        if key is None:
            raise ConfigError(
                f"{SUBJECT}: shorter than {SUBJECT_BYTES} bytes; openssl rand 32"
            )
        return key

    # -- inside -----------------------------------------------------------

    def _made(self, purpose: Purpose, now: datetime) -> PublicKey:
        if self._private(purpose) is None:
            known = [key for key in self.public() if _signs(key, purpose)]
            if known:
                return known[0]
            safe.replace(self._path(purpose), _fresh(purpose))
        return self._entered(purpose, now).public

    def _subject(self) -> SubjectKey:
        key = self.subject_here()
        if key is None:
            secret = os.urandom(SUBJECT_BYTES)
            safe.replace(self._folder / SUBJECT, secret)
            key = _named_key(secret)
        if key.kid != self._subject_named():
            safe.replace(self._folder / SUBJECT_ID, key.kid.encode())
        return key

    def _subject_named(self) -> str:
        mark = safe.read_secret(self._folder / SUBJECT_ID) or b""
        return mark.decode("ascii", "replace")

    def _entered(self, purpose: Purpose, now: datetime) -> Signer:
        """The private key, its public half in the index."""
        raw, path = self._private(purpose), self._path(purpose)
        if raw is None:
            known = any(_signs(key, purpose) for key in self.public())
            verb = f"rotate {purpose}" if known else "init"
            raise ConfigError(f"{path}: no such key; receipt-agent keys {verb}")
        key = _load(raw, purpose, path)
        der = _public_der(key)
        kid, keys = index.kid_of(der), self.public()
        found = next((each for each in keys if each.kid == kid), None)
        if found is not None and found.revoked:
            raise ConfigError(
                f"{path}: this key was revoked; receipt-agent keys rotate {purpose}"
            )
        if found is None or found.valid_to:
            alg, public = ALGORITHMS[purpose], b64encode(der).decode()
            first = PublicKey(kid, purpose, alg, public, _at(now))
            found = replace(found, valid_to="") if found else first
            kept = [
                replace(each, valid_to=_at(now)) if _signs(each, purpose) else each
                for each in keys
                if each.kid != kid
            ]
            safe.replace(self._folder / INDEX, index.write([*kept, found]))
        return Signer(found, key)

    def _private(self, purpose: Purpose) -> bytes | None:
        held = self._as_credential(purpose)
        return held if held is not None else safe.read_secret(self._path(purpose))

    def _as_credential(self, purpose: Purpose) -> bytes | None:
        return self._credential(f"{purpose}.pem")

    def _credential(self, name: str) -> bytes | None:
        if self._credentials is None:
            return None
        return safe.read_secret(self._credentials / name, private=False)

    def _path(self, purpose: Purpose) -> Path:
        return self._folder / f"{purpose}.pem"

    def _stamp(self, purpose: Purpose) -> object:
        """Changes when the key or the index is replaced; ``None``: one is missing."""
        with suppress(OSError):
            return [
                (found.st_mtime_ns, found.st_ino)
                for path in self._watched(purpose)
                for found in (path.stat(),)
            ]
        return None

    def _watched(self, purpose: Purpose) -> tuple[Path, ...]:
        if self._as_credential_path(purpose).exists():
            return self._as_credential_path(purpose), self._folder / INDEX
        return self._path(purpose), self._folder / INDEX

    def _as_credential_path(self, purpose: Purpose) -> Path:
        return (self._credentials or self._folder) / f"{purpose}.pem"


def _subject_key(secret: bytes) -> SubjectKey | None:
    return _named_key(secret) if len(secret) >= SUBJECT_BYTES else None


def _named_key(secret: bytes) -> SubjectKey:
    named = hmac.digest(secret, b"receipt-agent subject key id", sha256)
    return SubjectKey(named[: index.KID_BYTES].hex(), secret)


def _signs(key: PublicKey, purpose: Purpose) -> bool:
    return key.purpose == purpose and not key.valid_to


def _at(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H:%M:%SZ}"


def _fresh(purpose: Purpose) -> bytes:
    from cryptography.hazmat.primitives import serialization as out
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    key: Ed25519PrivateKey | EllipticCurvePrivateKey
    if ALGORITHMS[purpose] == "Ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        out.Encoding.PEM, out.PrivateFormat.PKCS8, out.NoEncryption()
    )


def _load(
    raw: bytes, purpose: Purpose, path: Path
) -> Ed25519PrivateKey | EllipticCurvePrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The library may quote what it read.
        raise ConfigError(
            f"{path}: no private key in PEM (PKCS #8, without a password)"
        ) from None
    if ALGORITHMS[purpose] == "Ed25519" and isinstance(key, ed25519.Ed25519PrivateKey):
        return key
    if (
        ALGORITHMS[purpose] == "ES256"
        and isinstance(key, ec.EllipticCurvePrivateKey)
        and isinstance(key.curve, ec.SECP256R1)
    ):
        return key
    raise ConfigError(f"{path}: not a key of {ALGORITHMS[purpose]}")


def _public_der(key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives import serialization as out

    return key.public_key().public_bytes(
        out.Encoding.DER, out.PublicFormat.SubjectPublicKeyInfo
    )
