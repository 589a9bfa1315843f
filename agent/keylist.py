"""``receipt-agent keylist``: publish the tills' public keys for whoever reads a QR.

``build`` writes ``keys.json``, signed by the head office's key, and ``root.json``, its
public half, into the folder of the viewer; ``verify`` reads them as a phone would.  The
private half stays where the head office keeps it: a PEM file that is read, used once and
never copied.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from agent import dictionary
from agent.errors import ConfigError
from agent.keyring import index
from agent.keyring.index import PublicKey
from agent.qr import general, keylist
from agent.qr.keylist import KeyList, ListedKey, Root
from agent.wire.receipt import Merchant

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

DICTIONARIES: Final = "d"
ROOT_FILE: Final = "root.json"
MAIN_FILE: Final = "keys.json"
EXIT_NOT_GOOD: Final = 1


@dataclass(frozen=True, slots=True)
class HeadOffice:
    """The key of the head office, at work."""

    kid: str
    public: str
    _key: EllipticCurvePrivateKey = field(repr=False)
    alg: str = "ES256"

    def sign(self, message: bytes) -> bytes:
        """The numbers r and s, 32 bytes each (RFC 7518, 3.4)."""
        from cryptography.hazmat.primitives.asymmetric import ec, utils
        from cryptography.hazmat.primitives.hashes import SHA256

        r, s = utils.decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def run(arguments: argparse.Namespace) -> int:
    """One of its ways.

    Raises:
        ConfigError: a file that cannot be read, or is not what it should be.
    """
    try:
        return WAYS[arguments.way](arguments)
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from error


def _build(arguments: argparse.Namespace) -> int:
    office = head_office(arguments.root)
    own = {
        number: path.read_bytes()
        for number, path in _dictionaries(arguments.dictionaries).items()
    }
    whole = KeyList(
        issued=datetime.now(UTC).replace(microsecond=0),
        retailer=arguments.retailer,
        stores=stores(arguments.stores),
        keys=tuple(key for told in arguments.keys for key in _till(told)),
        dictionaries={
            general.GENERAL_FR: general.SHA256,
            **{number: sha256(content).hexdigest() for number, content in own.items()},
        },
    )
    if alike := keylist.clashes(whole.keys):
        raise ConfigError(
            f"two keys begin with {', '.join(alike)}; let one of the tills make a new one: "
            "receipt-agent keys rotate qr"
        )
    if unknown := {key.store for key in whole.keys} - whole.stores.keys():
        raise ConfigError(f"{arguments.stores}: no section [stores.{min(unknown)}]")
    files = keylist.shards(whole) if arguments.shards else {MAIN_FILE: whole}
    root = {"kid": office.kid, "alg": office.alg, "public": office.public}
    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    # What the list vouches for is there before the list.
    for number, content in own.items():
        (folder / DICTIONARIES).mkdir(exist_ok=True)
        (folder / DICTIONARIES / f"{number}.bin").write_bytes(content)
    for name, part in files.items():
        (folder / name).write_bytes(keylist.signed(part, office))
    (folder / ROOT_FILE).write_text(json.dumps({"keys": [root]}, indent=1) + "\n")
    sys.stdout.write(f"{folder}: {len(whole.keys)} keys, {len(whole.stores)} stores\n")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    folder: Path = arguments.output
    roots = read_roots((folder / ROOT_FILE).read_bytes(), str(folder / ROOT_FILE))
    worst = 0
    for path in sorted(folder.glob("keys*.json")):
        found = keylist.opened(path.read_bytes(), roots, verifies)
        if isinstance(found, KeyList):
            said = f"{len(found.keys)} keys, issued {found.issued:%Y-%m-%dT%H:%M:%SZ}"
        else:
            said, worst = found.value, EXIT_NOT_GOOD
        sys.stdout.write(f"{path}: {said}\n")
    return worst


def verifies(key: Root | ListedKey, message: bytes, signature: bytes) -> bool:
    """See :data:`agent.qr.keylist.Verifies`."""
    alg: Any = key.alg
    return PublicKey(key.kid, "qr", alg, key.public, "").verifies(message, signature)


def head_office(path: Path) -> HeadOffice:
    """The key of a PEM file: P-256, PKCS #8, without a password.

    Raises:
        ConfigError: it is none.
    """
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        key = form.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        # The library may quote what it read.
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ConfigError(
            f"{path}: no private key of P-256 in PEM without a password; openssl genpkey "
            "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"
        )
    der = key.public_key().public_bytes(
        form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo
    )
    return HeadOffice(index.kid_of(der), b64encode(der).decode(), key)


def read_roots(content: bytes, place: str) -> tuple[Root, ...]:
    """The public keys of ``root.json``.

    Raises:
        ConfigError: it is none.
    """
    try:
        told = json.loads(content)["keys"]
        return tuple(Root(each["kid"], each["alg"], each["public"]) for each in told)
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{place}: no public keys of a head office") from error


def stores(path: Path) -> dict[str, Merchant]:
    """``[stores.7641]`` with the fields of a merchant.

    Raises:
        ConfigError: no such TOML.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))["stores"]
        return {str(name): Merchant.model_validate(said) for name, said in told.items()}
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise ConfigError(f"{path}: no [stores.NUMBER] with name, address…") from error


def _till(told: str) -> Sequence[ListedKey]:
    """The QR keys of ``STORE=FILE``, an index of public keys."""
    store, between, name = told.partition("=")
    if not (store and between and name):
        raise ConfigError(f"{told}: write STORE=FILE")
    path = Path(name)
    return [
        ListedKey.model_validate(
            {
                "kid": key.kid,
                "alg": key.alg,
                "public": key.public,
                "store": store,
                "valid_from": key.valid_from,
                "valid_to": key.valid_to or None,
                "revoked": key.revoked or None,
            }
        )
        for key in index.read(path.read_bytes(), name)
        if key.purpose == "qr"
    ]


def _dictionaries(folders: Sequence[Path]) -> dict[int, Path]:
    """Where each number's lies.

    Raises:
        ConfigError: a folder is damaged, or two dictionaries have one number.
    """
    found: dict[int, Path] = {}
    for folder in folders:
        for each in dictionary.entries(folder):
            number: int = each["number"]
            path = folder / f"{number}.bin"
            other = found.setdefault(number, path)
            if other.read_bytes() != path.read_bytes():
                raise ConfigError(
                    f"{other} and {path}: two dictionaries of one number; make one of "
                    "them anew with dictionary train --number"
                )
    return found


WAYS: Final[Mapping[str, Callable[[argparse.Namespace], int]]] = MappingProxyType(
    {"build": _build, "verify": _verify}
)
