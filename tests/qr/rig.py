"""Tills with keys that are always the same, a head office, and receipts made up."""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from agent.keylist import verifies
from agent.keyring.index import kid_of
from agent.qr import encode, general
from agent.qr.keylist import KeyList, ListedKey, Root
from agent.receipt.read import from_text
from agent.wire.receipt import Code, Merchant, Receipt
from hardware_sim.papers.generate import generate

PREFIX = "https://ticket.example/r#"
TOKEN = bytes(range(16))
BORN = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
SHOP = Merchant(
    name="AU PANIER",
    address=("1 rue des Halles", "69002 LYON"),
    siret="00000000000018",
    vat_id="FR36000000000",
    country="FR",
)
DICTIONARIES = {general.GENERAL_FR: general.general().content}
__all__ = ["verifies"]


@dataclass(frozen=True, slots=True)
class Key:
    """What signs, and its public half."""

    secret: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

    @property
    def alg(self) -> str:
        ours = isinstance(self.secret, ec.EllipticCurvePrivateKey)
        return "ES256" if ours else "Ed25519"

    @property
    def der(self) -> bytes:
        public = self.secret.public_key()
        return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def kid(self) -> str:
        return kid_of(self.der)

    @property
    def public(self) -> Key:
        return self

    @property
    def spki(self) -> str:
        return b64encode(self.der).decode()

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.secret, ed25519.Ed25519PrivateKey):
            return self.secret.sign(message)
        r, s = utils.decode_dss_signature(self.secret.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def key(number: int) -> Key:
    return Key(ec.derive_private_key(number, ec.SECP256R1()))


OFFICE, TILL, LOST, OLD, STRANGER = map(key, (11, 12, 13, 14, 15))
EDWARDS = Key(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
ROOT = Root(OFFICE.kid, OFFICE.alg, OFFICE.spki)


def office_pem() -> str:
    """The head office's private key, as its file has it."""
    form, plain = PrivateFormat.PKCS8, NoEncryption()
    return OFFICE.secret.private_bytes(Encoding.PEM, form, plain).decode()


def listed(one: Key, *, to: str | None = None, revoked: str | None = None) -> ListedKey:
    return ListedKey.model_validate(
        {
            "kid": one.kid,
            "alg": one.alg,
            "public": one.spki,
            "store": "7641",
            "valid_from": BORN,
            "valid_to": to,
            "revoked": revoked,
        }
    )


LIST = KeyList(
    issued=BORN,
    retailer="Les Paniers",
    stores={"7641": SHOP},
    keys=(
        listed(TILL),
        listed(LOST, revoked="2026-05-04T10:00:00Z"),
        listed(OLD, to="2024-03-01T00:00:00Z"),
        listed(EDWARDS),
    ),
    dictionaries={general.GENERAL_FR: general.SHA256},
)


def issuer(
    signer: Key = TILL, *, dictionary: bool = True, listed: bool = False
) -> encode.Issuer:
    chosen = general.general() if dictionary else encode.NO_DICTIONARY
    return encode.Issuer(PREFIX, signer, chosen, listed)


def paper(seed: int, layout: str = "", land: str = "") -> Receipt:
    made = generate(seed, layout=layout, land=land)
    return from_text(made.lines, country=made.country)


def with_code(receipt: Receipt, text: str = "2912345678901234") -> Receipt:
    code = Code(system="CODE128", text=text, role="receipt")
    return receipt.model_copy(update={"codes": (code,)})
