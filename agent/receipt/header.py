"""Who sold: name, address, phone; the numbers of the register are in ``registers.py``.

The name is a line above the address; a line with a legal form (``SAS``, ``GMBH``,
``SDN BHD``) speaks louder than a banner.  Where a logo bears the name and the paper
begins with the street, the name is what the legal notice at the foot or the card slip
says, else nothing: never an address.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Final

from agent.receipt.labels import checked
from agent.receipt.lines import Line, Page
from agent.receipt.registers import registers_of
from agent.receipt.slips import Slip
from agent.receipt.wording import Wording
from agent.wire.receipt import Merchant

MAX_HEADER = 22
"""Lines from the top in which a merchant introduces itself."""

TAG = 5
"""Columns of a VAT code or a star behind an amount."""
MAX_NAME_LINES = 3
MAX_ADDRESS_LINES = 5

_LEGAL = Wording(
    r"\b(?:SAS|SASU|SARL|EURL|SCOP|SNC|GMBH|OHG|KG|UG|SPRL|SRL|BVBA|BV|NV|LTD|LIMITED|"
    r"LLC|INC|CORP|PLC|PTY|S/B|SDN\.?\s*\.?\s*BHD|BHD|ENTERPRISES?|TRADING|HOLDINGS?|"
    r"PERNIAGAAN|CO\.(?!\s*(?:NO|REG)))(?=[\s.,)(]|$)"
)
_LEGAL_START = re.compile(r"^\W*(?:CO\.(?!\s*NO)|SDN|BHD|ENTERPRISE|\(M\)|TRADING)")
_STOP = Wording(
    r"\bTEL|\bPHONE|\bFAX|\bMOBILE|\bHOTLINE|\bGST\b|\bSST\b|\b[HPQ]ST\b|\bTPS\b|\bTVQ\b|\bORG\.?\s?NR|\bCVR\b|\bNIP\b|\bICO\b|\bDIC\b|\bCUI\b|\bATU\d|\b(?:CHECK|CHK|ST|OP|TE|TR|TRANS|TERM|REG|GUEST)\s?#|\bTAX\b|\bINVOICE|\bSIRET|"
    r"\bTVA\b|\bUID\b|\bUST|\bRECEIPT|\bWWW|HTTP|\bDATE|\bCASHIER|\bTICKET|\bCAISSE|"
    r"\bTABLE\b|\bCOMMANDE\b|\bSUR\s+PLACE\b|\bEMPORTER\b|\bSERVER\b|\bSTATION\s*:|\bGUESTS?\s*:|\bMANAGER\b|\bINREGISTR|\bEMAIL|\bE-MAIL|\bOWNED BY|\bBILL\b|\bHORAIRE|\bLUNDI|\bOUVERT|\bORDER|"
    r"\bRCS\b|\bCAPITAL|\bNAF\b|\bAPE\b|\bSTORE\s*:|\bHOURS|\bBUSINESS\s+REG|\bDOC NO|"
    r"\bTFNO|\bTLF|\bFON\b|\bN\.?I\.?F\b|\bC\.?I\.?F\b|\bP\.?\s?IVA|\bPARTITA|\bBTW\b|\bMWST|\bKASSE\b|\bKASSA\b|\bCAJA\b|"
    r"\bCASSA\b|\bCAIXA\b|\bSCONTRINO|\bDOCUMENTO|\bFATURA|\bFACTURA|\bFRA\.|\bRECHNUNG|\bBON\s?-?\s?NR|\bBON\s+\d|"
    r"\bBELEG|\bKASSABON|\bCAJER|\bCAMARER|\bMESA\b|\bTISCH\b|\bTAFEL\b|\bTAVOLO\b|\bMO\s?-\s?|\bMA-ZA|\bLUN-|\bLUNES|"
    r"\bTOD[OA]S\s+OS\s+DIAS|\bOPEN\b(?=.*\d)|\bOP\s*:|\bSERVI\s+PAR|\bCONTRIBUINTE|\bTIENDA\s+\d|\bWINKEL\s+\d|\bH/P|\bDUPLICATA|\bCONTACT|\bCOUNTER\b|\bCASH\b(?!\s*&)|\bFREE\b|\bWELCOME|\bCARTE\b|\bMONTANT\b|\bFACTURE\b|\bNOTE\b|\bAUTO\b"
)
_NUMBERED = Wording(
    r"^\W*+(?:CO(?:MP(?:ANY)?)?|REG(?:ISTRATION)?|ROC|BRN|BUSINESS|LICEN[CS]E)\b\.?\s*"
    r"(?:REG\w*\.?\s*)?(?:NO|ID|#|NUM)"
)
_REG_NUMBER = re.compile(
    r"\s*[(\[]?\s*(?:CO(?:MPANY)?\.?\s*(?:REG\.?)?\s*(?:NO|REG)\.?\s*:?\s*)?"
    r"(?:[A-Z]{0,2}\d{4,12}\s*-?\s*[A-Z]?|\d{12})\s*[)\]]?\s*[.,]?\s*$"
)
_FOUR = re.compile(r"\d{4}")
"""What each of them has; most names have none."""
_GREETING = Wording(
    r"\bBIENVENU|\bBONJOUR|\bWELCOME|\bMERCI|\bTHANK|\bDUPLI[CK]A|^\W*+(?:COPIA|ZWEITSCHRIFT|AFSCHRIFT|SEGUNDA\s+VIA)\W*$|\bCOPY\b|"
    r"\bORIGINAL\b|\bADDITION\b|\bVOTRE TICKET|\bCARTE BANCAIRE|\bSANS CONTACT|"
    r"\bWILLKOMMEN|\bWELKOM\b|\bBIENVENID|\bBENVENUT|\bBEM[- ]VINDO|\bGRACIAS|\bGRAZIE\b|\bOBRIGAD|\bDANKE\b|\bBEDANKT|"
    r"\bTRAINING\b|\bECOLE\b|\bSANS\s+VALEUR|\bSCHULUNG|\bTESTBELEG|\bFORMATION\b|\bCE\s+TICKET\b|\bKOPI[EA]?\b|\bVALKOMMEN|\bVELKOMMEN|\bZAPRASZAMY|\bDZIEKUJEMY|\bKUNDENBELEG|\bCONTACTLESS|"
    r"^\W*(?:POSTED|PAID|CLOSED|CANCELLED)\W*$|\bREPRINT|^\s*PAGE\b|\bVISA\b|\bMASTERCARD|\bDEBIT\b|^\W*+A0{5}"
)
_GREETED = re.compile(
    r"^\W*+(?:BIENVENUE?\s+CHEZ|WILLKOMMEN\s+BEI|WELKOM\s+BIJ|BENVENUTI\s+DA)\s+(?!NOUS\b|UNS\b|ONS\b|NOI\b)(?=[A-Z])"
)
"""``Bienvenue chez NAME``: a greeting that names the shop."""
_PLACE = Wording(
    r"\bRUE\b|\bAVENUE\b|\bAV\.|\bBOULEVARD\b|\bBD\b|\bPLACE\b|\bROUTE\b|\bCHEMIN\b|"
    r"\bCC\b|\bZ\.?[AIC]\.?\b|\bALLEE|\bQUAI\b|\bIMPASSE|\bCOURS\b|STR(?:ASSE|AßE|\.)|"
    r"\bJALAN\b|\bJLN\b|\bJL\b|\bLOT\b|\bNO\.?\s?\d|\bLORONG\b|\bTAMAN\b|\bTMN\b|"
    r"\bLEVEL\b|\bFLOOR\b|\bBLOCK\b|\bBLK\b|\bUNIT\b|\bSTREET\b|\bROAD\b|\bRD\b|"
    r"\bPERSIARAN|\bLEBUH|\bKAWASAN|\bBANDAR\b|\bSEKSYEN|\bSECTION\b|\bSHOPLOT|\bPLAZA\b|"
    r"\bCHAUSSEE|\bSQUARE\b|\bZAC\b|\bCENTRE\s+COMMERCIAL|\bGRAND-?RUE\b|\bGASSE\b|\bUFER\b|\bVIA\b|\bCORSO\b|"
    r"\bPIAZZA\b|\bVIALE\b|\bC/|\bCALLE\b|\bAVDA\b|\bPASEO\b|\bRUA\b|\bLARGO\b|\bAVENIDA\b|\bGRACHT\b|\bPLEIN\b|\bKADE\b|\bLANE\b|"
    r"\bMALL\b|\bGROUND\b|\bBATU\b|\bKM\s?\d|\bPT\s?\d|\bSTRAAT|\bLAAN\b|\bUL\.|\bAL\.\s|GATAN?\b|VAGEN\b|\bWEG\b|\bPLATZ"
)
_POSTCODE = re.compile(
    r"(?<![\d-])\d{5}(?![\d-])|^\W*+(?:[A-Z]{1,2}-)?\d{4}(?:-\d{3})?\s+(?:[A-Z]{2}\s+)?[A-Z]{3,}|"
    r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\s*$|\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\s*$|"
    r"(?:^|[\s,])\d{2}-\d{3}\s+[A-Z]{3,}|^\W*+\d{3}\s\d{2}\s+[A-Z]{3,}|"
    r"\s[AC-FHKNPRTV-Y]\d[\dW]\s[A-Z\d]{4}\s*$"
)
"""Five digits; four before a town (BE, CH, AT, LU, NL, PT, DK, NO); the British, Canadian,
Polish form; that of Sweden and Bohemia; the Irish Eircode."""
_TOWN_FIRST = re.compile(
    r"^\W*+(?:[A-Z]{1,2}-)?\d{4,5}(?:-\d{3})?\s+(?:[A-Z]{2}\s+)?[A-Z]{3,}"
)
_TOWN_LAST = re.compile(
    r"\s\d{2}-\d{3}\s+[A-Z]{3}[A-Z '\-]*$|\s(?:[A-Z]{1,2}-)?\d{4,5}(?:-\d{3})?\s+(?:[A-Z]{2}\s+)?[A-Z]{3}[A-Z '\-]*$|\s[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\s*$|\s[A-Z]\d[A-Z]\s?\d[A-Z]\d\s*$|\s[AC-FHKNPRTV-Y]\d[\dW]\s[A-Z\d]{4}\s*$"
)
_NUMBERED_TOWN = re.compile(
    r"[A-ZÄÖÜ]{3}\s\d{1,4}\s?[A-Z]?,?\s{1,3}(?:[A-Z]{1,2}-)?\d{5}\s+[A-Z]{3}"
)
"""``AM MÜHLBACH 45 51061 KÖLN``: a house before a postcode, whatever the street."""
_NUMBER_LAST = re.compile(r"[A-Z]{3}\s\d{1,4}\s?[A-Z]?$")
_MAIL = re.compile(r"[A-Z0-9._]@[A-Z]")
_DAY = re.compile(r"\d/\d\d/\d")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}:\d\d(?!\d)")
_HOUSE = re.compile(r"\d")
_GLUED_STREET = re.compile(
    r"[A-ZÄÖÜ]{3,}(?:STR\.?|STRASSE|STRAßE|STRAAT|WEG|GASSE|GRACHT|PLATZ|LAAN|PLEIN|MARKT|ALLEE)\s+\d+"
)
_STREET_NUMBER = re.compile(
    r"^\W*+(?:NO\.?\s*)?\d{1,4}\s?[A-Z]?[,.\-]?\s+[A-Z]|\s\d{1,4}[,.]?\s*$"
)
_PHONE = Wording(
    r"\b(?:TEL(?:EPHONE|EFON|EFOON|EFONO|EFONE|EF)?|TFNO|TLF|FON|PHONE|TELE|PH|MOBILE|GSM|T(?=[.:]))\b[\s.:/]*(?:N[O°]\.?)?[\s:]*"
    r"(?P<id>\+?[\d(][\d\s./()\-]{6,18}\d)"
)
_PHONE_ALONE = re.compile(
    r"^\W*+(0[1-9](?:[ .]\d\d){4}|\b[2-9]\d\d ?\)?[ .\-]{1,2}[2-9]\d\d ?[ .\-] ?\d{4})\W*$"
)
_CAPITAL: Final = Wording(r"\bCAPITAL\b|\bR\.?C\.?S\b|\bSIRE[NT]\b")
_NOTICE = re.compile(
    r"^\W*+(?P<name>(?:SASU?|SARL|SA|EURL|SNC)\s+[A-Z][^,:]{2,40}?|[A-Z][^,:]{2,40}?\s+(?:SASU?|SARL|SA|EURL|SNC|GMBH|S\.?R\.?L\.?))"
    r"\W+(?:AU\s+)?(?:CAPITAL|RCS|R\.C\.S|SIRET|SIREN)\b"
)
"""``SAS NAME au capital de 8 000 EUR``."""
_FORM_ALONE: Final = re.compile(
    r"^\W*+(?:SASU?|S\.?A\.?R\.?L\.?|S\.?A\.?|EURL|SNC|SCOP)\s+(?:UNIPERSONNELLE\s+)?AU\s+CAPITAL\b"
)
"""``SARL au capital de 8 000 EUR`` below a sign: a form, and no name."""
_COUNTRY: Final = {
    "FRANCE": "FR", "BELGIQUE": "BE", "BELGIE": "BE", "LUXEMBOURG": "LU", "SUISSE": "CH", "SCHWEIZ": "CH", "SVIZZERA": "CH",
    "DEUTSCHLAND": "DE", "OSTERREICH": "AT", "ESPANA": "ES", "ITALIA": "IT", "PORTUGAL": "PT", "NEDERLAND": "NL",
    "UNITED KINGDOM": "GB", "IRELAND": "IE", "MALAYSIA": "MY", "SINGAPORE": "SG", "POLSKA": "PL", "MONACO": "MC",
}  # fmt: skip
_VAT_COUNTRY: Final = {"CHE": "CH", "EL": "GR", "XI": "GB"}

_LEADING_ID = re.compile(r"^\s*\d{2,6}\s+-\s+")
_WORDS = re.compile(r"\w{2,}")
_LETTERS = re.compile(r"[^\W\d_]{2}")


def _phone(lines: Sequence[Line]) -> str | None:
    for line in lines:
        found = line.says(_PHONE)
        if found is not None:
            return found["id"].strip(" .-/(")
    alone = (_PHONE_ALONE.match(line.plain) for line in lines)
    return next((found[1] for found in alone if found), None)


def _is_address(line: Line) -> bool:
    plain = line.plain
    if line.says(_LEGAL) and not _POSTCODE.search(plain):
        return False
    return bool(
        line.says(_PLACE)
        or _POSTCODE.search(plain)
        or _TOWN_LAST.search(plain)
        or _STREET_NUMBER.search(plain)
    )


def _is_priced(line: Line) -> bool:
    """An amount stands in the column of money: the sale has begun."""
    return bool(line.amounts) and line.amounts[-1].end + TAG >= len(line.plain)


def _is_place(line: Line) -> bool:
    plain = line.plain
    return (
        _is_address(line)
        or "," in plain
        or plain.endswith(".")
        or plain.strip(" .,-") in _COUNTRY
    )


def _is_street(line: Line) -> bool:
    """A place with a number, as streets of Europe are written."""
    plain = line.plain
    if line.says(_LEGAL) or not _HOUSE.search(plain):
        return False
    return bool(line.says(_PLACE) or _GLUED_STREET.search(plain))


def _begins_with_address(lines: Sequence[Line], line: Line) -> bool:
    """The first line of all is the town, or a street above it, perhaps in two lines."""
    if _TOWN_FIRST.match(line.plain) or _NUMBERED_TOWN.search(line.plain):
        return True
    below = lines[line.at + 1 : line.at + 3]
    if below and _TOWN_FIRST.match(below[0].plain) and _NUMBER_LAST.search(line.plain):
        return not line.says(_LEGAL)
    if below and _is_named_after_road(line.plain, below[0]):
        return False
    town = _TOWN_LAST.search(line.plain) or any(
        _POSTCODE.search(ln.plain) for ln in below
    )
    return bool(town) and _is_street(line)


def _is_named_after_road(plain: str, below: Line) -> bool:
    """``ROUTE 9 DINER`` above ``1420 Albany Post Rd``: one paper has one street."""
    numbered = _STREET_NUMBER.search(plain) or _NUMBER_LAST.search(plain)
    return not numbered and _is_street(below) and below.plain.lstrip()[:1].isdigit()


def _stops(line: Line) -> bool:
    """What no address goes on with."""
    plain = line.plain
    mail = "@" in plain and _MAIL.search(plain)
    timed = ":" in plain and _CLOCK.search(plain)
    phoned = plain.lstrip(" (")[:1].isdigit() and _PHONE_ALONE.match(plain)
    return bool(mail or timed or phoned or line.says(_STOP))


def _is_noise(line: Line) -> bool:
    """A greeting, a mark, a date: above a name, and none."""
    plain = line.plain
    dated = "/" in plain and _DAY.search(plain)
    marked = plain.lstrip(" ").startswith(("**", "2.ª VIA", "2ª VIA"))
    greets = line.says(_GREETING) and not _GREETED.match(plain)
    return bool(dated or marked or greets)


def _is_name(line: Line, titles: Container[int]) -> bool:
    plain = line.plain
    return bool(
        _LETTERS.search(plain)
        and not (line.at in titles and not line.says(_LEGAL))
        and not _is_noise(line)
        and not line.says(_NUMBERED)
        and not _FORM_ALONE.match(plain)
        and not (_stops(line) and not line.says(_LEGAL))
        and not line.amounts
    )


def _tidy(text: str, plain: str) -> str:
    number = _REG_NUMBER.search(plain) if _FOUR.search(plain) else None
    if number is not None and number.start() > 3:
        text = text[: number.start()]
    greeted = _GREETED.match(plain)
    text = _LEADING_ID.sub("", text[greeted.end() :] if greeted else text)
    return re.sub(r"\s+", " ", text).strip(" *-=#.,:_")


def _top(
    lines: Sequence[Line], titles: Container[int]
) -> tuple[list[Line], list[Line]]:
    """Name lines and address lines of the header."""
    names: list[Line] = []
    address: list[Line] = []
    for line in lines[:MAX_HEADER]:
        if not line.plain.strip(" -*=_.#"):
            if address:
                break
            continue
        ends = (_stops(line) or line.at in titles) and not line.says(_LEGAL)
        if names and (_is_priced(line) or checked(line.plain.strip())):
            break
        if address and (ends or len(address) >= MAX_ADDRESS_LINES or line.amounts):
            break
        if _starts_address(line, names, address, ends=bool(ends)) or (
            not names and not address and _begins_with_address(lines, line)
        ):
            address.append(line)
        elif not address and _is_name(line, titles):
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
    """A legal form with at most one word before it is the end of a longer name.

    So is ``di Rossi Maria & C. snc``, the partners behind a sign.
    """
    if below.at - above.at > 2 or above.says(_LEGAL) or " @ " in above.plain:
        return False
    legal = below.says(_LEGAL)
    if legal is None:
        return False
    if below.plain.lstrip().startswith("DI "):
        return True
    before = below.plain[: legal.start()].strip(" (")
    if not before:
        return _LEGAL_START.search(below.plain) is not None
    return len(_WORDS.findall(before)) <= 1


def _noticed(lines: Sequence[Line]) -> str | None:
    """The company that the legal notice names."""
    for line in lines:
        found = _NOTICE.match(line.plain) if line.says(_CAPITAL) else None
        if found is not None:
            return line.text[slice(*found.span("name"))].strip()
    return None


def _on_slip(lines: Sequence[Line], slips: Sequence[Slip]) -> str | None:
    """The shop above its town, as the terminal knows it."""
    for slip in slips:
        for line in lines[slip.first + 1 : slip.last]:
            above = lines[line.at - 1]
            if _TOWN_FIRST.match(line.plain) and _is_name(above, ()):
                return _tidy(above.text, above.plain) or None
    return None


def _country(
    address: Sequence[Line], vat_id: str | None, siret: str | None
) -> str | None:
    """As the address says, or a number that no other country gives."""
    for line in address:
        said = _COUNTRY.get(line.plain.strip(" .,-"))
        if said is not None:
            return said
    if vat_id and vat_id[:2].isalpha():
        return _VAT_COUNTRY.get(vat_id[:3]) or _VAT_COUNTRY.get(vat_id[:2], vat_id[:2])
    return "FR" if siret else None


def merchant_of(
    page: Page, country: str, slips: Sequence[Slip] = (), titles: Container[int] = ()
) -> Merchant:
    """The shop as the paper names it; what it does not say stays ``None``.

    ``country`` tells tax numbers that are printed without a prefix; ``titles`` are
    lines that say what the paper is.
    """
    lines = page.lines
    names, address = _top(lines, titles)
    numbers = registers_of(page, country)
    return Merchant(
        name=_name(names) or _noticed(lines) or _on_slip(lines, slips),
        address=tuple(re.sub(r"\s+", " ", ln.text).strip() for ln in address),
        phone=_phone(lines[:MAX_HEADER]),
        siret=numbers.siret,
        vat_id=numbers.vat_id,
        naf=numbers.naf,
        rcs=numbers.rcs,
        country=_country(address, numbers.vat_id, numbers.siret),
    )
