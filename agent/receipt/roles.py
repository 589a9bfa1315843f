"""What the words of a line propose.  Words propose; the sums decide.

The table is read from top to bottom and the first row that matches names the
role, so the narrow wordings stand above the wide ones (``TOTAL TVA`` above
``TOTAL``).  A role says nothing about the amount being right.
"""

from __future__ import annotations

from enum import StrEnum

from agent.receipt.lines import Line, Page
from agent.receipt.wording import Wording


class Role(StrEnum):
    """What a line seems to be."""

    NONE = "none"
    DUE = "due"
    TOTAL = "total"
    SUBTOTAL = "subtotal"
    NET = "net"
    DISCOUNT_TOTAL = "discount_total"
    DISCOUNT = "discount"
    ROUNDING = "rounding"
    TAX = "tax"
    FEE = "fee"
    COUNT = "count"
    CHANGE = "change"
    BALANCE = "balance"
    PAYMENT = "payment"
    TENDERED = "tendered"
    INFO = "info"
    SUMMARY = "summary"


TOTALS = frozenset({Role.DUE, Role.TOTAL})
SUMS = frozenset({Role.DUE, Role.TOTAL, Role.SUBTOTAL, Role.NET})
_CARRIED = SUMS | {Role.DISCOUNT_TOTAL}
MAX_ROUNDING = 50
"""Cash is rounded to 5, 10 or 50 hundredths; more is the rounded total itself."""

TAX_WORD = r"\b(?:TVA|T\.V\.A|GST|VAT|TAX(?:ES)?|MWST|STEUER|UST|BTW|SST|HST|PST|IVA)\b"

_TABLE: tuple[tuple[Role, str], ...] = (
    (Role.SUMMARY, r"\b(?:GST|TAX|VAT|SST)\s+(?:SUMMARY|ANALYSIS|SPECIFICATION)"),
    (
        Role.DUE,
        (
            r"\bROUNDED\s+(?:TOTAL|AMOUNT)|TOTAL\s+ROUNDED|"
            r"TOTAL\b.{0,40}\b(?:AFTER|INCL\w*|WITH)\s+ROUND"
        ),
    ),
    (
        Role.ROUNDING,
        r"\bARRONDI|\bROUND(?:ING|ED|\b)|\bRND(?:G|\b)|\bRUNDUNG|\bAFRONDING",
    ),
    (
        Role.CHANGE,
        (
            r"\bRENDU\b|\bA RENDRE\b|\bMONNAIE\b|\bRUCKGELD|\bWECHSELGELD|"
            r"\bCHANGES?\b(?!\s+(?:OF|WITHIN|YOUR|IN|MUST|ONLY))|\bWISSELGELD|\bTERUG\b|"
            r"\bAUSZAHLUNG"
        ),
    ),
    (Role.BALANCE, r"\bRESTBETRAG|\bRESTE\s+(?:DU|A REGLER)|\bREMAINING"),
    (
        Role.TENDERED,
        (
            r"^\s*PAID\b|^\s*GEG\.|^\s*GEGEBEN|\bTENDER(?:ED)?\b|\b(?:AMOUNT|AMT|TOTAL)"
            r"\s+PAID|\bACCEPTED TOTAL|\bPAID\s+AMOUNT|\bRECEIVED\b|\bRECU\b"
        ),
    ),
    (
        Role.INFO,
        (
            r"\bSAVINGS?\b|\bSAVED?\b|\bCAGNOTTE|\bPOINTS?\b|\bPUNKTE|\bUMSATZ|"
            r"\b(?:ANCIEN|NOUVEAU)\s+SOLDE|\bELIGIBLE|\bDISCOUNTABLE|\bDONT\s+ECO|"
            r"\bAU LIEU DE|\bAVANTAGES DU JOUR|\bPRIX AU (?:KG|LITRE)|\bCAPITAL\b|"
            r"\bSOIT\b|\bVORTEIL|\bGESPART|\bECONOMIE|\bDEDUCTIBLE|\bDEPOSIT BALANCE"
        ),
    ),
    (
        Role.DUE,
        r"\bTOTAL\b.{0,40}\bINC(?:L|\b)|\bTOTAL\b.{0,40}\bTTC|\bTTC\s+A\s+PAYER",
    ),
    (
        Role.NET,
        (
            r"\bTOTAL\b.{0,40}\b(?:EXC|BEFORE|W/?O)|\bTOTAL\s+(?:HT|H\.T)\b|\bEXCL\w*"
            r"\.?\s.{0,40}\b(?:TOTAL|AMT|AMOUNT)|\bNET\s+HT\b|\bTOTAL\s+NET\s+HT|\(EX\w*\.?\)"
        ),
    ),
    (
        Role.TAX,
        rf"\b(?:TAX|GST|VAT)\s+TOTAL\b|\bTOTAL\s+(?:DES\s+|DE\s+LA\s+)?(?:\w+\s+)?{TAX_WORD[2:]}",
    ),
    (
        Role.DISCOUNT_TOTAL,
        r"^\s*PART\s+(?:AMO|AMC|MUTUELLE|SECU|OBLIGATOIRE|COMPLEMENTAIRE)",
    ),
    (
        Role.DISCOUNT_TOTAL,
        (
            r"\bTOTAL\b.{0,40}\b(?:REMISES?|REDUCTIONS?|DISC|DISCOUNTS?|"
            r"RABAIS|RABATT|AVANTAGES|KORTING)\b(?<!SANS AVANTAGES)(?<!SANS REMISE)"
            r"(?<!SANS REMISES)(?<!AVANT REMISE)(?<!AVANT REMISES)"
        ),
    ),
    (
        Role.SUBTOTAL,
        (
            r"\bSOUS[- ]?TOTAL|\bSUB[- ]?TOTA|\bSUBTTL|\bSTTL\b|\bZWISCHENSUMME|"
            r"\bTOTAL\s+(?:AVANT|SANS|HORS|BRUT|BEFORE|QTY|QUANTITY|GROSS)|"
            r"\b(?:TOT|TTL)\.?\s+QTY|\bGROSS\s+(?:AMOUNT|AMT|TOTAL|SALES)|\bSUBTOTAAL"
        ),
    ),
    (
        Role.COUNT,
        (
            r"\bTOTAL\s+(?:NO\.?\s+OF\s+)?(?:ITEMS?|PCS|UNITS?)\b|\bITEM\s+COUNT|"
            r"\bNB\.?\s+(?:D')?(?:ARTICLES?|LIGNES)|\bNOMBRE\s+D'ARTICLES|\bANZAHL\s+ARTIKEL|"
            r"\b(?:QTY|QUANTITY|ITEMS?)\s+(?:TOTAL|COUNT)"
        ),
    ),
    (
        Role.DUE,
        (
            r"\bA PAYER\b|\bA REGLER\b|\bA REMBOURSER\b|\bMONTANT\s+(?:DU|TTC)\b|"
            r"\b(?:TOTAL|AMOUNT|BALANCE|AMT)\s+(?:DUE|PAYABLE|TO PAY)|\bDUE\s+AMOUNT|"
            r"\b(?:GRAND|FINAL|NETT?)\s+(?:TOTAL|AMOUNT|AMT)|\bZU ZAHLEN|\bZAHLBETRAG|"
            r"\bGESAMTSUMME|^\s*SUMME\b|\bTE BETALEN|\bTOTAL\s+(?:AMOUNT\s+)?\(?RM\)?|"
            r"\bNETT\b|\bTOTAL\s+(?:EUR|€)|^\s*DU\b"
        ),
    ),
    (
        Role.DISCOUNT,
        (
            r"\bREMISES?\b|\bRABAIS|\bREDUC(?:TION)?S?\b|\bDISC(?:OUNTS?)?\b|"
            r"RABATT|\bNACHLASS|\bKORTING|\bCOUPON|\bPROMO(?:TION)?\b|\bAVOIR\s+FIDELITE|"
            r"\bMARKDOWN|\bTRX\s+%"
        ),
    ),
    (
        Role.TOTAL,
        r"\bTOTA(?:L|AL)S?\b|\bGESAMT|^\W*+TTL\b|\bBETRAG\b|^\W*+MONTANT\b(?:\s+REEL)?\s*[:=]|\bAMOUNT\s*(?:RM|:)",
    ),
    (
        Role.FEE,
        (
            r"\bSERV(?:ICE|\.)?\s*(?:CHARGE|CHG)|\bSVC\b|\bFRAIS\b|\bSERVICE\s+\d|"
            r"\bLIVRAISON\b|\bBEDIENUNG|\bTIPS?\b|\bPOURBOIRE"
        ),
    ),
    (Role.TAX, TAX_WORD),
    (
        Role.PAYMENT,
        (
            r"\bCB\b|\bCARTES?\b|\bVISA\b|\bMASTER ?CARD|\bMAESTRO|\bAMEX|"
            r"\bEC[- ]?CASH|\bGIROCARD|\bBANCONTACT|\bKARTE|\b(?:DEBIT|CREDIT)\b|"
            r"\bESPECES?\b|\bCASH\b|^\s*BAR\b|\bCONTANT|\bCOMPTANT|\bCHEQUES?\b|\bTRD?\b|"
            r"\b(?:TICKET|TITRE)S?\s+REST|\bAVOIR\b|\bBON\s+(?:D'ACHAT|DE\s+REDUCTION)|"
            r"\bGUTSCHEIN|\bEN\s+COMPTE|\bPAYPAL|\bVIREMENT|\bVOUCHER|\bREMBOURSEMENT|"
            r"\bGIFT\s?CARD|\bE-?WALLET|\bPAYMENT\b|\bPAIEMENT\b|\bREGLEMENT\b"
        ),
    ),
)
_ROWS = tuple((role, Wording(pattern)) for role, pattern in _TABLE)


def _proposed(page: Page) -> dict[int, Role]:
    """The role that the words of each line propose, by line."""
    proposed: dict[int, Role] = {}
    for role, words in _ROWS:
        for line, _ in page.saying(words):
            proposed.setdefault(line.at, role)
    return proposed


def roles_of(page: Page) -> tuple[Role, ...]:
    """A role per line.

    A label whose amount is printed on the next line gives its role to that line
    (``Total sans remise`` above ``13,87 €``); an amount alone below a rounding is
    what is due.
    """
    roles: list[Role] = []
    carried = Role.NONE
    proposed = _proposed(page)
    for line in page.lines:
        role = proposed.get(line.at, Role.NONE)
        amount = line.amount
        if amount is not None and role is Role.NONE and _is_bare(line):
            role = carried
        elif role is Role.ROUNDING and abs(amount or 0) > MAX_ROUNDING:
            role = Role.DUE
        if line.plain:
            carried = _carries(role, priced=amount is not None)
        roles.append(role)
    return tuple(roles)


def _is_bare(line: Line) -> bool:
    return len(line.amounts) == 1 and not line.label.strip(" :=-€")


def _carries(role: Role, *, priced: bool) -> Role:
    if role is Role.ROUNDING and priced:
        return Role.DUE
    return role if role in _CARRIED and not priced else Role.NONE
