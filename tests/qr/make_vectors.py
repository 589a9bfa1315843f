"""``python -m tests.qr.make_vectors``: write ``vectors.json`` anew.

Signatures differ each time; everything else is the same.  Python and the browser read it.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

from agent.qr import cbor, decode, keylist
from agent.qr.encode import Coded, Issuer, encode
from agent.qr.streams import to_digits
from agent.qr.symbol import TARGETS, TargetName
from agent.qr.tables import CONTEXT
from agent.wire.receipt import Receipt
from tests.qr import rig

FILE = Path(__file__).parent / "vectors.json"
PAPERS: dict[str, tuple[int, str, str]] = {
    "a supermarket": (119, "", "FR"),
    "a hypermarket with article numbers": (23, "hypermarket", "FR"),
    "a bakery": (7, "bakery", "FR"),
    "fashion with discounts": (31, "fashion", "FR"),
    "a restaurant": (12, "restaurant", "FR"),
    "a German till": (44, "supermarket", "DE"),
    "Swiss francs": (45, "supermarket", "CH-fr"),
    "pounds": (46, "supermarket", "GB"),
    "Spanish": (47, "plain_till", "ES"),
    "a gift receipt, whose sums are not there": (3, "gift", "FR"),
    "fuel": (4, "fuel", "FR"),
    "a refund": (5, "refund", "FR"),
    "a bill": (6, "invoice", "FR"),
}


def coded(receipt: Receipt, issuer: Issuer, target: TargetName = "screen") -> Coded:
    made = encode(receipt, issuer, TARGETS[target], rig.TOKEN)
    assert isinstance(made, Coded), made
    return made


def forged(body: bytes, *, first: int = 0x12, number: int = 0) -> str:
    """A body that the till's own key has signed, whatever it is."""
    maker = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = maker.compress(body) + maker.flush()
    told = bytes([first]) + bytes.fromhex(rig.TILL.kid)[:4] + bytes([number]) + packed
    return rig.PREFIX + to_digits(told + rig.TILL.sign(CONTEXT + told))


def changed(url: str) -> str:
    at = len(url) - 200
    return url[:at] + str(9 - int(url[at])) + url[at + 1 :]


def problems() -> dict[str, str]:
    whole = coded(rig.paper(119, land="FR"), rig.issuer()).url
    return {
        "nothing": rig.PREFIX,
        "letters": rig.PREFIX + "12a4",
        "a figure too many": whole + "1",
        "cut off": whole[:-7],
        "as long as a novel": rig.PREFIX + "9" * 6_000,
        "a changed figure": changed(whole),
        "another version": forged(b"\xa0", first=0x22),
        "no algorithm": forged(b"\xa0", first=0x10),
        "an unknown dictionary": forged(b"\xa0", number=200),
        "a bomb": forged(bytes(600_000)),
        "no map": forged(cbor.dumps([1, 2])),
        "a number that is too long": forged(b"\xa1\x05\x18\x01"),
        "columns that do not fit": forged(cbor.dumps({3: "A\nB", 4: b"\x02"})),
        "a line of a line that is not there": forged(
            cbor.dumps({3: "A", 4: b"\x02", 17: "I"})
        ),
        "deep": forged(b"\xa1\x07" + b"\x81" * 500 + b"\x00"),
    }


def receipts() -> dict[str, tuple[Receipt, Issuer, TargetName]]:
    plain = rig.paper(119, land="FR")
    many = rig.paper(1, "hypermarket", "FR")
    long = many.model_copy(
        update={
            "items": tuple(
                item.model_copy(
                    update={"label": f"{item.label} {at * 7919 % 997}", "of": None}
                )
                for at, item in enumerate(many.items * 12)
            )
        }
    )
    made: dict[str, tuple[Receipt, Issuer, TargetName]] = {
        name: (rig.paper(*told), rig.issuer(), "screen")
        for name, told in PAPERS.items()
    }
    return made | {
        "without a dictionary": (plain, rig.issuer(dictionary=False), "screen"),
        "with the shop from the list": (plain, rig.issuer(listed=True), "screen"),
        "with a code for returns": (rig.with_code(plain), rig.issuer(), "screen"),
        "Ed25519": (plain, rig.issuer(rig.EDWARDS), "screen"),
        "an unknown key": (plain, rig.issuer(rig.STRANGER), "screen"),
        "a revoked key": (plain, rig.issuer(rig.LOST), "screen"),
        "a key that was out of its term": (plain, rig.issuer(rig.OLD), "screen"),
        "more lines than fit": (long, rig.issuer(), "roll58"),
    }


def case(name: str, url: str) -> dict[str, Any]:
    found = decode.decode(url, rig.LIST, rig.DICTIONARIES, rig.verifies)
    if isinstance(found, decode.Problem):
        return {"name": name, "url": url, "problem": found.value}
    return {
        "name": name,
        "url": url,
        "trust": found.trust.value,
        "left": found.left and {"at": found.left.at, "lines": found.left.lines},
        "receipt": found.receipt.model_dump(mode="json", exclude_defaults=True),
    }


def main() -> None:
    good = [case(n, coded(*told).url) for n, told in receipts().items()]
    bad = [case(name, url) for name, url in problems().items()]
    root = {"kid": rig.ROOT.kid, "alg": rig.ROOT.alg, "public": rig.ROOT.public}
    said = {
        "root": {"keys": [root]},
        "keys": json.loads(keylist.signed(rig.LIST, rig.OFFICE)),
        "cases": good + bad,
    }
    FILE.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
