"""Numbers of public registers: SIRET, NAF, RCS, VAT identification numbers of Europe.

A number that its label names is taken as printed; one without a label only if its
check digits prove it.  Sources: INSEE (SIRET), CGI ann. IV art. 38 (French VAT key),
VIES' list of forms, and the check digits that each country published for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from agent.receipt.lines import Line, Page
from agent.receipt.wording import Wording
from agent.wire.receipt import Equation, Merchant

REGISTERS: Final = "A8"
"""The equation's name."""
POSTE: Final = "356000000"
"""The SIREN of La Poste, whose branches are too many for Luhn."""


def luhn(digits: str) -> bool:
    """Luhn's check, as SIREN and SIRET carry it."""
    total = 0
    for place, mark in enumerate(reversed(digits)):
        value = int(mark) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_siret(digits: str) -> bool:
    """Fourteen digits whose check digit fits; La Poste's own add up to fives."""
    if len(digits) != 14 or not digits.isdecimal():
        return False
    if digits.startswith(POSTE):
        return sum(int(mark) for mark in digits) % 5 == 0
    return luhn(digits)


def is_french_vat(number: str) -> bool:
    """``FRkk`` and a SIREN whose key fits: (12 + 3 x (SIREN mod 97)) mod 97."""
    digits = number.removeprefix("FR")
    if len(digits) != 11 or not digits.isdecimal():
        return False
    return int(digits[:2]) == (12 + 3 * (int(digits[2:]) % 97)) % 97


def _weighed(digits: str, weights: Sequence[int]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False))


def _german(digits: str) -> bool:
    """ISO 7064 mod 11, 10; Croatia has the same."""
    product = 10
    for mark in digits[:-1]:
        product = (((int(mark) + product) % 10 or 10) * 2) % 11
    return (11 - product) % 10 == int(digits[-1])


def _austrian(body: str) -> bool:
    digits = body.removeprefix("U")
    twice = [sum(divmod(int(d) * (1 + n % 2), 10)) for n, d in enumerate(digits[:7])]
    return -(sum(twice) + 4) % 10 == int(digits[7])


def _belgian(digits: str) -> bool:
    whole = digits.zfill(10)
    return 97 - int(whole[:8]) % 97 == int(whole[8:])


def _dutch(body: str) -> bool:
    rest = _weighed(body, range(9, 1, -1)) % 11
    long = "".join(str(int(mark, 36)) for mark in f"NL{body}")
    return rest == int(body[8]) or int(long) % 97 == 1


def _british(digits: str) -> bool:
    total = _weighed(digits, range(8, 1, -1)) + int(digits[7:9])
    return total % 97 == 0 or (total + 55) % 97 == 0


def _portuguese(digits: str) -> bool:
    check = 11 - _weighed(digits, range(9, 1, -1)) % 11
    return (check if check < 10 else 0) == int(digits[8])


def _spanish(body: str) -> bool:
    """A person's letter is the number mod 23; a company's digit or letter is Luhn's."""
    if body[:8].isdecimal():
        return "TRWAGMYFPDXBNJZSQVHLCKE"[int(body[:8]) % 23] == body[8]
    if body[0] in "XYZ":
        return _spanish(f"{'XYZ'.index(body[0])}{body[1:]}")
    odd = (sum(divmod(2 * int(d), 10)) for d in body[1:8:2])
    check = -(sum(odd) + sum(int(d) for d in body[2:8:2])) % 10
    return body[8] in {str(check), "JABCDEFGHI"[check]}


def _swiss(digits: str) -> bool:
    check = 11 - _weighed(digits, (5, 4, 3, 2, 7, 6, 5, 4)) % 11
    return check % 11 == int(digits[8])


def _modulo(weights: Sequence[int], modulus: int = 11) -> Callable[[str], bool]:
    """The weighed sum of all digits, the check digit among them, divides evenly."""
    return lambda digits: _weighed(digits, weights) % modulus == 0


class _Form(NamedTuple):
    """What stands behind the prefix, and its check where one is known."""

    body: str
    check: Callable[[str], bool] | None = None


_FORMS: Final[Mapping[str, _Form]] = {
    "FR": _Form(r"[A-HJ-NP-Z\d]{2}\d{9}", is_french_vat),
    "DE": _Form(r"\d{9}", _german),
    "BE": _Form(r"[01]?\d{9}", _belgian),
    "AT": _Form(r"U\d{8}", _austrian),
    "LU": _Form(r"\d{8}", lambda digits: int(digits[:6]) % 89 == int(digits[6:])),
    "NL": _Form(r"\d{9}B\d{2}", _dutch),
    "ES": _Form(r"(?:[A-Z]\d{7}[A-Z\d]|\d{8}[A-Z])", _spanish),
    "IT": _Form(r"\d{11}", luhn),
    "PT": _Form(r"\d{9}", _portuguese),
    "GB": _Form(r"\d{9}(?:\d{3})?", _british),
    "XI": _Form(r"\d{9}(?:\d{3})?", _british),
    "IE": _Form(r"\d[A-Z\d]\d{5}[A-Z]{1,2}"),
    "PL": _Form(r"\d{10}", lambda d: _weighed(d, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(d[9])),
    "DK": _Form(r"\d{8}", _modulo((2, 7, 6, 5, 4, 3, 2, 1))),
    "FI": _Form(r"\d{8}", _modulo((7, 9, 10, 5, 8, 4, 2, 1))),
    "SE": _Form(r"\d{12}", lambda digits: luhn(digits[:10])),
    "EL": _Form(r"\d{9}", lambda d: _weighed(d, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10 == int(d[8])),
    "HR": _Form(r"\d{11}", _german),
    "SI": _Form(r"\d{8}"), "HU": _Form(r"\d{8}", _modulo((9, 7, 3, 1, 9, 7, 3, 1), 10)),
    "SK": _Form(r"\d{10}", lambda digits: int(digits) % 11 == 0),
    "CZ": _Form(r"\d{8,10}"), "RO": _Form(r"\d{4,10}"), "BG": _Form(r"\d{9,10}"), "EE": _Form(r"\d{9}"),
    "LT": _Form(r"\d{9}(?:\d{3})?"), "LV": _Form(r"\d{11}"), "MT": _Form(r"\d{8}"), "CY": _Form(r"\d{8}[A-Z]"),
    "CHE": _Form(r"\d{9}", _swiss),
}  # fmt: skip
_PREFIXED: Final = {
    prefix: re.compile(rf"{prefix}{form.body}(?!\d)") for prefix, form in _FORMS.items()
}
_BARE: Final[Mapping[str, tuple[str, ...]]] = {
    "BE": ("BE",), "ES": ("ES",), "IT": ("IT",), "PT": ("PT",), "GB": ("GB",), "PL": ("PL",), "DE": ("DE",),
    "CH": ("CHE",), "NL": ("NL",), "LU": ("LU",),
}  # fmt: skip
"""Where tills leave the prefix out, since the label says what it is."""
_LABEL: Final = Wording(
    r"\b(?:T\.?V\.?A|VAT|UID|UST|INTRACOM(?:MUNAUTAIRE)?|BTW|MWST|MOMS|ALV|N\.?I\.?F|C\.?I\.?F|N\.?I\.?P(?:\.?C)?|P\.?\s?IVA|"
    r"PARTITA\s+IVA|CONTRIBUINTE|STEUER-?NR|STNR|TAX)\b"
)
_CLIENTS: Final = Wording(
    r"\b(?:CLIENT|CUSTOMER|KUNDE|KLANT|CLIENTE|ACHETEUR|CONSUMIDOR)\b"
)
_CANDIDATE: Final = re.compile(
    r"(?<![A-Z\d])(?:[A-Z]{2,3}[\s.\-]?)?[A-Z\d](?:[.\-\s]?[A-Z\d]){6,14}(?![A-Z\d])"
)
_LONG_NUMBER: Final = re.compile(r"[\s.]?".join([r"\d"] * 7))
"""What every SIRET and VAT number holds."""
_SIRET: Final = re.compile(
    r"\bSIRET\b\W{0,4}(?:N[O°]?\W{0,3})?((?:\d[\s.]?){13}\d)(?!\d)"
)
_BARE_SIRET: Final = re.compile(r"(?<![\d.,])(\d{14}|\d{3} \d{3} \d{3} \d{5})(?![\d,])")
_NAF: Final = re.compile(
    r"\b(?:NAF|APE|N\.A\.F\.?|A\.P\.E\.?)\b\W{0,4}(\d{2}[.\s]?\d{2}\s?[A-Z])\b"
)
_RCS: Final = re.compile(
    r"\bR\.?C\.?S\.?\b\W{0,3}[A-Z][A-Z '\-]{1,28}?\W{1,3}(?:[AB]\s?)?(?:\d[\s.]?){8}\d|"
    r"(?:\d[\s.]?){8}\d\s+R\.?C\.?S\.?\b\W{0,3}[A-Z][A-Z'\-]{2,20}"
)


class Registers(NamedTuple):
    """As printed, without spaces; the RCS entry with them."""

    siret: str | None
    vat_id: str | None
    naf: str | None
    rcs: str | None


def registers_of(page: Page, country: str) -> Registers:
    """The shop's numbers, not its customer's."""
    lines = [ln for ln in page.lines if _LONG_NUMBER.search(ln.plain)]
    own = [line for line in lines if not line.says(_CLIENTS)]
    return Registers(
        siret=_siret(own),
        vat_id=_vat_id(own, country),
        naf=next((m for m in map(_naf, page.lines) if m), None),
        rcs=next((m for m in map(_rcs, own) if m), None),
    )


def a8(merchant: Merchant) -> Equation | None:
    """The shop's numbers have their check digits, and one SIREN; says nothing of sums."""
    wrong = misfits(merchant.siret, merchant.vat_id)
    return None if wrong is None else Equation(name=REGISTERS, holds=not wrong)


def misfits(siret: str | None, vat_id: str | None) -> tuple[str, ...] | None:
    """Which numbers have wrong check digits; ``None`` if none could be tried."""
    tried = {}
    if siret is not None:
        tried["siret"] = is_siret(siret)
    for prefix, form in _FORMS.items():
        if vat_id and form.check and _PREFIXED[prefix].fullmatch(vat_id):
            tried["vat_id"] = _checks(form, vat_id.removeprefix(prefix))
    if siret and vat_id and len(tried) == 2 and vat_id.startswith("FR"):
        tried["siren"] = siret[:9] == vat_id[4:]
    wrong = tuple(name for name, fits in tried.items() if not fits)
    return wrong if tried else None


def _checks(form: _Form, body: str) -> bool:
    return form.check is not None and form.check(body)


def _siret(lines: Sequence[Line]) -> str | None:
    for line in lines:
        labelled = _SIRET.search(line.plain) if "SIRET" in line.plain else None
        if labelled is not None:
            return re.sub(r"\D", "", labelled[1])
    for line in lines:
        bare = _BARE_SIRET.search(line.plain)
        digits = re.sub(r"\D", "", bare[1]) if bare else ""
        if is_siret(digits) and int(digits):
            return digits
    return None


def _vat_id(lines: Sequence[Line], country: str) -> str | None:
    for line in lines:
        labelled = line.says(_LABEL) is not None
        for candidate in _CANDIDATE.finditer(line.plain):
            number = re.sub(r"[\s.\-]", "", candidate[0])
            found = _read(number, country, labelled=labelled)
            if found is not None:
                return found
    return None


def _read(number: str, country: str, *, labelled: bool) -> str | None:
    """The number with what its label glued to it taken off."""
    for prefix, form in _FORMS.items():
        found = _PREFIXED[prefix].search(number) if prefix in number else None
        if found and (labelled or _checks(form, found[0].removeprefix(prefix))):
            return found[0]
    if not labelled:
        return None
    for prefix in _BARE.get(country, ()):
        form = _FORMS[prefix]
        bare = re.search(rf"{form.body}(?!\d)", number)
        if bare and _checks(form, bare[0]):
            return bare[0]
    return None


def _naf(line: Line) -> str | None:
    found = (
        _NAF.search(line.plain) if "NAF" in line.plain or "P" in line.plain else None
    )
    return None if found is None else re.sub(r"[\s.]", "", found[1])


def _rcs(line: Line) -> str | None:
    found = _RCS.search(line.plain) if "C" in line.plain else None
    if found is None:
        return None
    return " ".join(line.text[slice(*found.span())].split())
