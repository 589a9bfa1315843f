"""The certificate of the screens' HTTPS: the retailer's, or one of our own making.

Our own is self-signed: a browser warns once, and whoever pairs the tablet compares
the fingerprint, which the till shows beside the code.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import os
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from agent.errors import ConfigError

LIVES_DAYS: Final = 825
"""The longest that Apple's systems take of any server (support.apple.com/103769)."""
RENEWED_DAYS: Final = 30
"""Made anew this long before its end, at a start."""
CERTIFICATE: Final = "screens.crt"
KEY: Final = "screens.key"


def own(folder: Path, names: Iterable[str], now: dt.datetime) -> tuple[Path, Path]:
    """Files of our own certificate and its key (0600), made if missing or ending soon.

    Raises:
        ConfigError: the folder cannot be written.
    """
    certificate, key = folder / CERTIFICATE, folder / KEY
    wanted = frozenset(names)
    if _stands(certificate, key, wanted, now):
        return certificate, key
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        pem, secret = _made(sorted(wanted), now)
        _write(key, secret, 0o600)
        _write(certificate, pem, 0o644)
    except OSError as error:
        raise ConfigError(
            f"screens.listen_tls: {folder}: no certificate can be made there "
            f"({error.strerror}); name one in screens.certfile"
        ) from error
    return certificate, key


def context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """TLS 1.2 and later, with that certificate.

    Raises:
        ConfigError: which file, and why it cannot be used.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        made.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        why = error.strerror or error.args[-1]
        raise ConfigError(
            f"screens.certfile: {certificate}: cannot be used ({why}); it wants a PEM "
            "certificate, its chain behind it, and the matching key in screens.keyfile"
        ) from error
    return made


def fingerprint(certificate: Path) -> str:
    """SHA-256 of the first certificate in the file, as browsers show it.

    Raises:
        OSError, ValueError: it cannot be read, or is none.
    """
    digest = _read(certificate).fingerprint(hashes.SHA256()).hex().upper()
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def ends(certificate: Path) -> dt.datetime:
    """When the first certificate in the file ends, UTC.

    Raises:
        OSError, ValueError: it cannot be read, or is none.
    """
    return _read(certificate).not_valid_after_utc


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _stands(
    certificate: Path, key: Path, wanted: frozenset[str], now: dt.datetime
) -> bool:
    with contextlib.suppress(OSError, ValueError, x509.ExtensionNotFound):
        found = _read(certificate)
        kind = x509.SubjectAlternativeName
        said = found.extensions.get_extension_for_class(kind).value
        names = {str(each.value) for each in said}
        soon = now + dt.timedelta(days=RENEWED_DAYS)
        return key.exists() and wanted <= names and found.not_valid_after_utc > soon
    return False


def _made(names: list[str], now: dt.datetime) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A tablet whose clock is behind still takes it.
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=LIVES_DAYS - 1))
        .add_extension(
            x509.SubjectAlternativeName([_general(name) for name in names]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return made.public_bytes(serialization.Encoding.PEM), secret


def _general(name: str) -> x509.GeneralName:
    with contextlib.suppress(ValueError):
        return x509.IPAddress(ipaddress.ip_address(name))
    return x509.DNSName(name)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by others in between."""
    part = path.with_suffix(path.suffix + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
