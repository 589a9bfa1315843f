"""Numbers of public registers that are well formed and belong to nobody.

Each has the check digits of its country; where a register hands numbers out from the
bottom, ours start with zeros that it never used.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from hardware_sim.goods import luhn_digit


def siren(dice: random.Random) -> str:
    body = f"00{dice.randrange(10**6):06d}"
    return body + luhn_digit(body)


def siret(number: str, branch: int) -> str:
    """The SIREN and a branch of four digits."""
    body = number + f"{branch:04d}"
    return body + luhn_digit(body)


def french_vat(number: str) -> str:
    """FR, key, SIREN; the key is (12 + 3 (SIREN mod 97)) mod 97."""
    return f"FR{(12 + 3 * (int(number) % 97)) % 97:02d}{number}"


def _digits(dice: random.Random, count: int) -> list[int]:
    return [0, 0, *(dice.randrange(10) for _ in range(count - 3)), dice.randint(1, 9)]


def _text(digits: Sequence[int]) -> str:
    return "".join(map(str, digits))


def _weighed(digits: Sequence[int], weights: Sequence[int]) -> int:
    return sum(d * w for d, w in zip(digits, weights, strict=True))


def _belgian(dice: random.Random) -> str:
    body = _text(_digits(dice, 8))
    return f"BE{body}{97 - int(body) % 97:02d}"


def _german(dice: random.Random) -> str:
    """ISO 7064 mod 11, 10."""
    body, product = _digits(dice, 8), 10
    for digit in body:
        product = (((digit + product) % 10 or 10) * 2) % 11
    return f"DE{_text(body)}{(11 - product) % 10}"


def _austrian(dice: random.Random) -> str:
    body = _digits(dice, 7)
    twice = [sum(divmod(d * (1 + place % 2), 10)) for place, d in enumerate(body)]
    return f"ATU{_text(body)}{-(sum(twice) + 4) % 10}"


def _spanish(dice: random.Random) -> str:
    body = _text(_digits(dice, 7))
    return f"B{body}{luhn_digit(body)}"


def _italian(dice: random.Random) -> str:
    body = _text(_digits(dice, 10))
    return body + luhn_digit(body)


def _portuguese(dice: random.Random) -> str:
    body = _digits(dice, 8)
    check = 11 - _weighed(body, range(9, 1, -1)) % 11
    return f"{_text(body)}{check if check < 10 else 0}"


def _dutch(dice: random.Random) -> str:
    while True:
        body = _digits(dice, 8)
        check = _weighed(body, range(9, 1, -1)) % 11
        if check < 10:
            return f"NL{_text(body)}{check}B01"


def _swiss(dice: random.Random) -> str:
    while True:
        body = _digits(dice, 8)
        check = 11 - _weighed(body, (5, 4, 3, 2, 7, 6, 5, 4)) % 11
        if check != 10:
            number = f"{_text(body)}{check % 11}"
            return f"CHE-{number[:3]}.{number[3:6]}.{number[6:]}"


def _luxembourgish(dice: random.Random) -> str:
    body = _text(_digits(dice, 6))
    return f"LU{body}{int(body) % 89:02d}"


def _british(dice: random.Random) -> str:
    body = _digits(dice, 7)
    return f"GB{_text(body)}{97 - _weighed(body, range(8, 1, -1)) % 97:02d}"


VAT_IDS: Final[Mapping[str, Callable[[random.Random], str]]] = {
    "FR": lambda dice: french_vat(siren(dice)),
    "BE": _belgian,
    "DE": _german,
    "AT": _austrian,
    "ES": _spanish,
    "IT": _italian,
    "PT": _portuguese,
    "NL": _dutch,
    "CH": _swiss,
    "LU": _luxembourgish,
    "GB": _british,
}


def iban(dice: random.Random, country: str = "FR") -> str:
    """Check digits by ISO 7064 mod 97, 10; the bank has code 00000."""
    body = f"0000000000{dice.randrange(10**11):011d}{dice.randrange(97):02d}"
    moved = body + "".join(str(int(letter, 36)) for letter in country) + "00"
    return f"{country}{98 - int(moved) % 97:02d}{body}"
