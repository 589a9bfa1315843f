"""``python -m bench.consents``: records of consent written and verified, beside Ed25519.

The limit of both is the signature itself, of a message as long, measured in the same
run.  Beside it what an address, a number and a card take to be read, and what the
libraries behind cost at their first use (each in a process of its own).
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from agent import notice_file
from agent.consent.acts import Agreed
from agent.consent.chain import Circumstances, Head, Key, Till, When, signed, write
from agent.consent.checking import Kept, verify
from agent.identity import addresses, cards, phones
from agent.keyring.ring import Keyring
from agent.wire.consent import Controller

RECORDS = 3000
READS = 2000
AT = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
TILL = Till("enseigne", "S0042", "T03", Controller(name="Enseigne SAS"))
ACT = Agreed("receipt_delivery", "email", "customer_screen")
FIRST = """
import time
def resident(): return int(open("/proc/self/statm").read().split()[1]) * 4
before, began = resident(), time.perf_counter()
{work}
print(f"{{(time.perf_counter() - began) * 1000:.0f}} ms, {{resident() - before}} KB")
"""
READERS: dict[str, Callable[[], object]] = {
    "an e-mail address": lambda: addresses.read("Anna.Marie+x@gmial.com"),
    "a telephone number": lambda: phones.read("06 12 34 56 78", "FR"),
    "a loyalty card": lambda: cards.read("(8018) 401234500000000012"),
}
LIBRARIES = {
    "email-validator": "import email_validator",
    "phonenumberslite": "import phonenumbers",
    "python-stdnum": "from stdnum import ean, luhn",
    "cryptography": "from cryptography.hazmat.primitives.asymmetric import ed25519",
}


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        ring = Keyring(Path(folder) / "keys")
        ring.init(AT)
        signer = ring.signer("consent", AT)
        keys = {key.kid: key for key in ring.public()}
        key, notices = Key(signer.kid, signer.sign), notice_file.load()
        notice = notices.current("receipt_delivery", "email")
        assert notice is not None
        rows: list[Kept] = []

        def fill() -> None:
            head = TILL.beginning
            for number in range(1, RECORDS + 1):
                about = Circumstances(
                    f"hmac-sha256:{'ab' * 8}:{number:032x}", "email", evidence="e" * 64
                )
                at = AT + timedelta(seconds=number)
                when = When(at, at, number, "synchronised")
                name = str(UUID(int=number))
                plain = write(TILL, head, name, ACT, notice, about, when)
                body = signed(plain, key).kept()
                head = Head(number, hashlib.sha256(body).hexdigest())
                rows.append(Kept(number, head.digest, body))

        written_s = _once(fill) / RECORDS
        message = rows[0].body or b""
        signature = signer.sign(message)
        public = keys[signer.kid]
        sign_s = _each(RECORDS, lambda: signer.sign(message))
        check_s = _each(RECORDS, lambda: public.verifies(message, signature))

        def check() -> None:
            assert verify(rows, TILL.beginning, keys, notices, 0).good

        verified_s = _once(check) / RECORDS
    print(f"a record has {len(message)} bytes")
    _show("written and signed", written_s, "Ed25519 alone", sign_s)
    _show("verified", verified_s, "Ed25519 alone", check_s)
    for name, read in READERS.items():
        read()
        print(f"{name} is read in {_each(READS, read) * 1e6:.0f} us")
    for name, work in LIBRARIES.items():
        code = FIRST.format(work=work)
        said = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        print(f"{name} at its first use: {said.stdout.strip()}")


def _once(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _each(count: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(count):
        work()
    return (time.perf_counter() - began) / count


def _show(what: str, each_s: float, beside: str, limit_s: float) -> None:
    print(
        f"{what}: {1 / each_s:.0f} a second, {each_s * 1e6:.0f} us; {beside} "
        f"{limit_s * 1e6:.0f} us, so {each_s / limit_s:.1f} times"
    )


if __name__ == "__main__":
    main()
