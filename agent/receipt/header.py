"""Who sold: name, address, phone, and the numbers of the register.

The name is a line above the address; a line with a legal form (``SAS``, ``GMBH``,
``SDN BHD``) speaks louder than a banner.  A SIRET or French VAT number that stands
without its label is taken only when its check digits prove it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.receipt.lines import Line
from agent.receipt.wording import Wording
from agent.wire.receipt import Merchant

MAX_HEADER = 22
"""Lines from the top in which a merchant introduces itself."""

MAX_NAME_LINES = 3
MAX_ADDRESS_LINES = 5

_LEGAL = Wording(
    r"\b(?:SAS|SASU|SARL|EURL|SCOP|SNC|GMBH|OHG|KG|UG|SPRL|SRL|BVBA|BV|NV|LTD|LIMITED|"
    r"LLC|INC|CORP|PLC|PTY|S/B|SDN\.?\s*\.?\s*BHD|BHD|ENTERPRISES?|TRADING|HOLDINGS?|"
    r"PERNIAGAAN|CO\.(?!\s*(?:NO|REG)))(?=[\s.,)(]|$)"
)
_LEGAL_START = re.compile(r"^\W*(?:CO\.(?!\s*NO)|SDN|BHD|ENTERPRISE|\(M\)|TRADING)")
_STOP = Wording(
    r"\bTEL|\bPHONE|\bFAX|\bMOBILE|\bHOTLINE|\bGST\b|\bSST\b|\bTAX\b|\bINVOICE|\bSIRET|"
    r"\bTVA\b|\bUID\b|\bUST|\bRECEIPT|\bWWW|HTTP|@|\bDATE|\bCASHIER|\bTICKET|\bCAISSE|"
    r"\bTABLE\b|\bEMAIL|\bE-MAIL|\bOWNED BY|\bBILL\b|\bHORAIRE|\bLUNDI|\bOUVERT|\bORDER|"
    r"\bRCS\b|\bCAPITAL|\bNAF\b|\bAPE\b|\bSTORE\s*:|\bHOURS|\bBUSINESS\s+REG|\bDOC NO|"
    r"\bH/P|\bDUPLICATA|\bCONTACT|\bCOUNTER\b|\bCASH\b(?!\s*&)|\bFREE\b|\bWELCOME|\bCARTE\b|\bMONTANT\b|\bFACTURE\b|\bNOTE\b|\bAUTO\b"
)
_NUMBERED = Wording(
    r"^\W*+(?:CO(?:MP(?:ANY)?)?|REG(?:ISTRATION)?|ROC|BRN|BUSINESS|LICEN[CS]E)\b\.?\s*"
    r"(?:REG\w*\.?\s*)?(?:NO|ID|#|NUM)"
)
_REG_NUMBER = re.compile(
    r"\s*[(\[]?\s*(?:CO(?:MPANY)?\.?\s*(?:REG\.?)?\s*(?:NO|REG)\.?\s*:?\s*)?"
    r"(?:[A-Z]{0,2}\d{4,12}\s*-?\s*[A-Z]?|\d{12})\s*[)\]]?\s*[.,]?\s*$"
)
_GREETING = Wording(
    r"\bBIENVENU|\bBONJOUR|\bWELCOME|\bMERCI|\bTHANK|\bDUPLI[CK]AT|^\W*\*{2,}|\bCOPY\b|"
    r"\bORIGINAL\b|\bADDITION\b|\bVOTRE TICKET|\bCARTE BANCAIRE|\bSANS CONTACT|"
    r"\bREPRINT|^\s*PAGE\b|\bVISA\b|\bMASTERCARD|\bDEBIT\b|^\W*+A0{5}|\d/\d\d/\d"
)
_PLACE = Wording(
    r"\bRUE\b|\bAVENUE\b|\bAV\.|\bBOULEVARD\b|\bBD\b|\bPLACE\b|\bROUTE\b|\bCHEMIN\b|"
    r"\bCC\b|\bZ\.?[AIC]\.?\b|\bALLEE|\bQUAI\b|\bIMPASSE|\bCOURS\b|STR(?:ASSE|\.)|"
    r"\bJALAN\b|\bJLN\b|\bJL\b|\bLOT\b|\bNO\.?\s?\d|\bLORONG\b|\bTAMAN\b|\bTMN\b|"
    r"\bLEVEL\b|\bFLOOR\b|\bBLOCK\b|\bBLK\b|\bUNIT\b|\bSTREET\b|\bROAD\b|\bRD\b|"
    r"\bPERSIARAN|\bLEBUH|\bKAWASAN|\bBANDAR\b|\bSEKSYEN|\bSECTION\b|\bSHOPLOT|\bPLAZA\b|"
    r"\bMALL\b|\bGROUND\b|\bBATU\b|\bKM\s?\d|\bPT\s?\d|\bSTRAAT|\bLAAN\b|\bWEG\b|\bPLATZ"
)
_POSTCODE = re.compile(r"(?<![\d-])\d{5}(?![\d-])")
_STREET_NUMBER = re.compile(
    r"^\W*+(?:NO\.?\s*)?\d{1,4}\s?[A-Z]?[,.\-]?\s+[A-Z]|\s\d{1,4}\s*$"
)
_PHONE = Wording(
    r"\b(?:TEL(?:EPHONE|EFON)?|PHONE|TELE|PH|MOBILE)\b[\s.:/]*(?:NO\.?)?[\s:]*"
    r"(?P<id>\+?[\d(][\d\s./()\-]{6,18}\d)"
)
_LONG_NUMBER = re.compile(r"\d(?:[\s.]?\d){7}")
"""What every SIRET and VAT number holds."""

_SIRET = re.compile(r"\bSIRET\W{0,4}((?:\d\s?){13}\d)(?!\d)")
_BARE_SIRET = re.compile(r"(?<!\d)(\d{14})(?!\d)")
_VAT_ID = re.compile(
    r"(?<![A-Z\d])(FR\s?[\dA-Z]{2}(?:\s?\d){9}|DE\s?\d{9}|BE\s?0?\d{3}[. ]?\d{3}[. ]?\d{3}|"
    r"ATU\d{8}|LU\d{8}|CHE-?\d{3}\.?\d{3}\.?\d{3}|NL\d{9}B\d{2}|ES[A-Z]\d{8}|IT\d{11})"
    r"(?![A-Z\d])"
)
_LEADING_ID = re.compile(r"^\s*\d{2,6}\s+-\s+")
_WORDS = re.compile(r"\w{2,}")
_LETTERS = re.compile(r"[^\W\d_]{2}")


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
    if digits.startswith("356000000"):
        return sum(int(mark) for mark in digits) % 5 == 0
    return luhn(digits)


def is_french_vat(number: str) -> bool:
    """``FRkk`` and a SIREN whose key fits: (12 + 3 x (SIREN mod 97)) mod 97."""
    digits = number.removeprefix("FR")
    if len(digits) != 11 or not digits.isdecimal():
        return False
    return int(digits[:2]) == (12 + 3 * (int(digits[2:]) % 97)) % 97


def _siret(lines: Sequence[Line]) -> str | None:
    for line in lines:
        labelled = _SIRET.search(line.plain)
        if labelled is not None:
            return re.sub(r"\s", "", labelled[1])
    for line in lines:
        bare = _BARE_SIRET.search(line.plain)
        if bare is not None and is_siret(bare[1]) and int(bare[1]):
            return bare[1]
    return None


def _vat_id(lines: Sequence[Line]) -> str | None:
    for line in lines:
        found = _VAT_ID.search(line.plain)
        if found is not None:
            number = re.sub(r"[\s.]", "", found[1])
            labelled = re.search(r"\bTVA|\bVAT|\bUID|\bINTRACOM|\bUST", line.plain)
            if labelled or (number.startswith("FR") and is_french_vat(number)):
                return number
    return None


def _phone(lines: Sequence[Line]) -> str | None:
    for line in lines:
        found = line.says(_PHONE)
        if found is not None:
            return found["id"].strip(" .-/(")
    return None


def _is_address(line: Line) -> bool:
    plain = line.plain
    if line.says(_LEGAL) and not _POSTCODE.search(plain):
        return False
    return bool(
        line.says(_PLACE) or _POSTCODE.search(plain) or _STREET_NUMBER.search(plain)
    )


def _is_place(line: Line) -> bool:
    return _is_address(line) or "," in line.plain or line.plain.endswith(".")


def _is_name(line: Line) -> bool:
    plain = line.plain
    return bool(
        _LETTERS.search(plain)
        and not line.says(_GREETING)
        and not line.says(_NUMBERED)
        and not (line.says(_STOP) and not line.says(_LEGAL))
        and not line.amounts
    )


def _tidy(text: str, plain: str) -> str:
    number = _REG_NUMBER.search(plain)
    if number is not None and number.start() > 3:
        text = text[: number.start()]
    text = _LEADING_ID.sub("", text)
    return re.sub(r"\s+", " ", text).strip(" *-=#.,:_")


def _top(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Name lines and address lines of the header."""
    names: list[Line] = []
    address: list[Line] = []
    for line in lines[:MAX_HEADER]:
        if not line.plain.strip(" -*=_.#"):
            if address:
                break
            continue
        ends = line.says(_STOP) and not line.says(_LEGAL)
        if address and (ends or len(address) >= MAX_ADDRESS_LINES or line.amounts):
            break
        if _starts_address(line, names, address, ends=bool(ends)):
            address.append(line)
        elif not address and _is_name(line):
            names.append(line)
    return names, address


def _starts_address(
    line: Line, names: list[Line], address: list[Line], *, ends: bool
) -> bool:
    if ends or line.amounts or line.says(_NUMBERED):
        return False
    if address:
        ended = _POSTCODE.search(address[-1].plain) and not address[-1].plain.endswith(
            ","
        )
        return bool(_LETTERS.search(line.plain)) and (not ended or _is_place(line))
    return bool(names) and _is_address(line)


def _name(names: list[Line]) -> str | None:
    if not names:
        return None
    legal = next((i for i, n in enumerate(names) if n.says(_LEGAL)), None)
    if legal is None:
        return _tidy(names[0].text, names[0].plain) or None
    start = legal
    while start > 0 and _continues(names[start - 1], names[start]):
        start -= 1
    end = legal + 1
    while end < len(names) and _goes_on(names[end - 1], names[end]):
        end += 1
    chosen = names[start:end][-MAX_NAME_LINES:]
    return " ".join(_tidy(n.text, n.plain) for n in chosen).strip() or None


def _goes_on(above: Line, below: Line) -> bool:
    """A name broken before its legal form or inside parentheses."""
    broken = above.plain.count("(") > above.plain.count(")")
    return broken or _LEGAL_START.search(below.plain) is not None


def _continues(above: Line, below: Line) -> bool:
    """A legal form with at most one word before it is the end of a longer name."""
    if below.at - above.at > 2 or above.says(_LEGAL):
        return False
    legal = below.says(_LEGAL)
    if legal is None:
        return False
    before = below.plain[: legal.start()].strip(" (")
    if not before:
        return _LEGAL_START.search(below.plain) is not None
    return len(_WORDS.findall(before)) <= 1


def merchant_of(lines: Sequence[Line]) -> Merchant:
    """The shop as the paper names it; what it does not say stays ``None``."""
    names, address = _top(lines)
    numbered = [line for line in lines if _LONG_NUMBER.search(line.plain)]
    return Merchant(
        name=_name(names),
        address=tuple(re.sub(r"\s+", " ", ln.text).strip() for ln in address),
        phone=_phone(lines[:MAX_HEADER]),
        siret=_siret(numbered),
        vat_id=_vat_id(numbered),
    )
