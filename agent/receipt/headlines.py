"""The words by which a paper says what it is, in the languages of its till.

French, German, Dutch, Spanish, Italian, Portuguese, English.  A headline proposes a
kind; whether the paper has that kind's shape is decided in ``kinds.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agent.receipt.lines import Line, Page
from agent.receipt.wording import Wording
from agent.wire.receipt import DocKind

_K = DocKind

WORDS: Final[tuple[tuple[DocKind, str], ...]] = (
    (_K.Z_REPORT, (
        r"\bCLOTURE\b|\b(?:RAPPORT|LECTURE|TICKET|ETAT|RECAP)\s+Z\b|\bZ\s+(?:DE\s+CAISSE|JOURNALIER)|"
        r"\bGRAND\s+TOTAL\s+PERPETUEL|\bREMISE\s+A\s+ZERO|\bRAZ\s+(?:FINANCIER|JOURNALIER)|"
        r"\bFIN\s+DE\s+(?:JOURNEE|SERVICE)\b|\bARRETE\s+DE\s+CAISSE|"
        r"\bTAGES(?:ABSCHLUSS|BERICHT|ENDSUMME)|\bZ[- ]?(?:BON|BERICHT|ABSCHLAG|ABFRAGE)\b|"
        r"\b(?:KASSEN|MONATS|SCHICHT)ABSCHLUSS|\bABSCHLUSSBON|"
        r"\bZ[- ]?(?:RAPPORT|AFSLAG|VERSLAG)\b|\bDAG(?:AFSLUITING|RAPPORT|AFSLAG)|\bKAS(?:SA)?AFSLUITING|"
        r"\bCIERRE\s+(?:DE\s+(?:CAJA|TURNO)|Z|DIARIO|DEL\s+DIA|FISCAL)|\b(?:INFORME|LECTURA)\s+Z\b|"
        r"\bCHIUSURA\s+(?:GIORNALIERA|FISCALE|(?:DI\s+)?CASSA|Z)|\bAZZERAMENTO\b|\b(?:LETTURA|RAPPORTO)\s+Z\b|"
        r"\bFECHO\s+(?:DE\s+CAIXA|DO\s+DIA|DIARIO|Z)|\b(?:LEITURA|RELATORIO)\s+Z\b|"
        r"\bZ[- ]?(?:REPORT|READ(?:ING)?|OUT)\b|\bEND\s+OF\s+DAY|\bDA(?:Y|ILY)\s+CLOS(?:E|ING)|\bDAY\s+END\b")),
    (_K.X_REPORT, (
        r"\b(?:LECTURE|RAPPORT|TICKET|ETAT|RECAP)\s+X\b|\bETAT\s+(?:DE\s+)?CAISSE|\bFLASH\s+(?:CA|CAISSE)\b|"
        r"\bRAPPORT\s+(?:INTERMEDIAIRE|FINANCIER|HORAIRE|DES\s+VENTES|DE\s+SERVICE|VENDEUR|CAISSIER)|"
        r"\bLECTURE\s+INTERMEDIAIRE|\bSITUATION\s+DE\s+CAISSE|"
        r"\bX[- ]?(?:BON|BERICHT|ABSCHLAG|ABFRAGE)\b|\bZWISCHEN(?:BERICHT|ABSCHLUSS)|\b(?:UMSATZ|BEDIENER)BERICHT|"
        r"\bKELLNERABRECHNUNG|\bX[- ]?(?:RAPPORT|AFSLAG|VERSLAG)\b|\bTUSSEN(?:RAPPORT|STAND)|\bOMZETRAPPORT|"
        r"\b(?:INFORME|LECTURA)\s+X\b|\bINFORME\s+DE\s+VENTAS|\b(?:LETTURA|RAPPORTO)\s+X\b|\bLETTURA\s+INTERMEDIA|"
        r"\b(?:LEITURA|RELATORIO)\s+X\b|\bRELATORIO\s+DE\s+VENDAS|"
        r"\bX[- ]?(?:REPORT|READ(?:ING)?|OUT)\b|\b(?:SHIFT|SALES|HOURLY|CASHIER)\s+(?:REPORT|SUMMARY)\b")),
    (_K.CASH_REPORT, (
        r"\bFONDS?\s+DE\s+CAISSE|\bAPPORT\b|\bPRELEVEMENT\b|\b(?:SORTIE|ENTREE)\s+(?:DE\s+)?CAISSE|"
        r"\bMOUVEMENTS?\s+DE\s+CAISSE|\bCOMPTAGE\b|\bTELECOLLECTE|\bTELEPARAMETRAGE|\b(?:REMISE|DEPOT)\s+EN\s+BANQUE|"
        r"\bRETRAIT\s+(?:DE\s+CAISSE|D'ESPECES)|\bVERSEMENT\s+(?:COFFRE|BANQUE)|\bTOTAUX\s+TPE|\bBORDEREAU\s+DE\s+REMISE|"
        r"\bKASSEN(?:STURZ|SCHNITT|BESTAND|BERICHT)|\bEINLAGE\b|\bENTNAHME\b|\bABSCHOPFUNG|\bZAHLPROTOKOLL|"
        r"\b(?:BAR|WECHSELGELD)EINLAGE|\bBARENTNAHME|^\W*+(?:EIN|AUS)ZAHLUNG\b|"
        r"\bKAS(?:STORTING|AFDRACHT|OPNAME|TELLING|MUTATIE)|\bDAGTOTALEN|\bTOTALEN\s+PIN|"
        r"\b(?:ENTRADA|SALIDA|RETIRADA)\s+DE\s+(?:CAJA|EFECTIVO|DINERO)|\bARQUEO\b|\bFONDO\s+DE\s+CAJA|"
        r"\b(?:CIERRE|TOTALES)\s+(?:DE\s+)?TPV|\b(?:ENTRATA|USCITA|PRELIEVO|VERSAMENTO)\s+(?:DI\s+|IN\s+)?CASSA|"
        r"\bFONDO\s+(?:DI\s+)?CASSA|\b(?:CHIUSURA|TOTALI)\s+POS\b|\b(?:ENTRADA|SAIDA|REFORCO)\s+DE\s+(?:CAIXA|DINHEIRO|NUMERARIO)|"
        r"\bSANGRIA\b|\bFUNDO\s+DE\s+CAIXA|\bFECHO\s+(?:DE\s+)?TPA|\bCONTAGEM\s+DE\s+CAIXA|"
        r"\bCASH\s+(?:IN|OUT|DROP|LIFT|COUNT|UP|DECLARATION)\b|\b(?:PAID|PAY)[- ]?(?:IN|OUT)\b|\bSAFE\s+DROP|"
        r"\b(?:TERMINAL|BATCH)\s+(?:TOTALS?|CLOSE|REPORT)|\bSETTLEMENT\b|\bCASH\s+FLOAT|\bFLOAT\s+(?:IN|ENTRY)\b")),
    (_K.DRAWER, (
        r"\bOUVERTURE\s+(?:DU\s+|DE\s+)?TIROIR|\bTIROIR\s+OUVERT|\bKASSENLADE|\bLADE\s+(?:GEOFFNET|GEOPEND|OPEN)|"
        r"\bSCHUBLADE\b|\bNULLBON|\bKEIN\s+VERKAUF|\bGEEN\s+VERKOOP|\bAPERTURA\s+(?:DE\s+|DEL\s+)?CAJON|\bSIN\s+VENTA\b|"
        r"\bAPERTURA\s+CASSETTO|\bABERTURA\s+(?:DE\s+|DA\s+)?GAVETA|\bNO\s+SALE\b|\b(?:OPEN\s+DRAWER|DRAWER\s+OPEN)")),
    (_K.TEST_PAGE, (
        r"\bTEST\s+(?:D'|DE\s+L')?IMPR(?:ESSION|IMANTE)|\b(?:IMPRESSION|PAGE|TICKET)\s+DE\s+TEST\b|\bAUTOTEST|"
        r"\bDRUCKTEST|\bTESTDRUCK|\bTEST(?:SEITE|AUSDRUCK)|\bSELBSTTEST|\bTEST\s*PRINT|\bPRINT(?:ER|ING)?\s+TEST|"
        r"\bTEST\s+PAGE|\bSELF[- ]?TEST|\bTEST(?:AFDRUK|PAGINA)|\bAFDRUKTEST|\bPRUEBA\s+DE\s+IMPRES|\bPAGINA\s+D[EI]\s+(?:PRUEBA|PROVA|TESTE)|"
        r"\bPROVA\s+DI\s+STAMPA|\bSTAMPA\s+DI\s+PROVA|\bTESTE\s+DE\s+IMPRES|\bHEX(?:ADECIMAL)?\s+DUMP")),
    (_K.EXIT_SLIP, (
        r"\bCODE\s+(?:DE\s+|D')?(?:SORTIE|PORTAIL|BARRIERE|ACCES|PORTE|WC|TOILETTES?|ACTIVATION)|"
        r"\b(?:TALON|BON|TICKET)\s+DE\s+SORTIE|\bAUSFAHRT(?:S?CODE|S?TICKET|SKARTE)|\bAUSGANGS(?:CODE|BON|BELEG)|\b(?:ZUGANGS|TUR|TOR)CODE|"
        r"\b(?:UITRIJ|UITGANGS|UITRIT|TOEGANGS)(?:CODE|KAART|BON|TICKET)|\bCODIGO\s+DE\s+(?:SALIDA|ACCESO|SAIDA|ACESSO)|"
        r"\bCODICE\s+(?:DI\s+)?(?:USCITA|ACCESSO)|\b(?:EXIT|GATE|ACCESS|DOOR|ACTIVATION)\s+(?:CODE|SLIP|TICKET|PASS)\b")),
    (_K.LABEL, (
        r"\bPLU\b|\bPOIDS\s+NET|\bPRIX\s*(?:AU|/)\s*KG|\bEMBALLE\s+LE|\bA\s+CONSOMMER|\bGRUNDPREIS|\bGEWICHT\b|\bMHD\b|"
        r"\bPRIJS\s*(?:PER\s*|/)KG|\bTHT\b|\bPESO\s+NET|\bPRE(?:CIO|ZZO|CO)\s*(?:AL\s+|POR\s+)?/?\s*KG|\bNET\s+W(?:EIGH)?T\b|"
        r"\b(?:BEST\s+BEFORE|USE\s+BY|PACKED\s+ON)\b|\bKG\b(?:(?<=\d KG)|(?<=/KG)|(?<=/ KG))")),
    (_K.OTHER, (
        r"\bVOTRE\s+NUMERO\b(?!\s+D)|\bFILE\s+D'ATTENTE|\bTICKET\s+D'ATTENTE|\bNUMERO\s+D'(?:APPEL|ATTENTE)|\bIHRE\s+NUMMER|"
        r"\b(?:WARTE|AUFRUF|ABHOL)NUMMER|\bUW\s+(?:VOLG)?NUMMER|\bVOLGNUMMER|\bSU\s+(?:TURNO|NUMERO)\b|\bI[LT]\s+(?:TUO|SUO)\s+NUMERO|"
        r"\bA\s+SUA\s+(?:SENHA|VEZ)|\bQUEUE\s+N|\bYOUR\s+(?:QUEUE\s+)?NUMBER\b|\bNOW\s+SERVING")),
    (_K.KITCHEN, (
        r"\bCUISINE\b|\bBON\s+(?:DE\s+|POUR\s+LE\s+)?(?:BAR|PREPARATION|FABRICATION|COMMANDE)\b|\bA\s+SUIVRE\b|\bRECLAME\b|"
        r"\bKUE?CHE(?:NBON)?\b|\bKUCHENBON\b|\bTHEKE(?:NBON)?\b|\b(?:GETRANKE|SPEISEN|SCHANK)BON|\bKEUKEN(?:BON)?\b|\bBARBON\b|"
        r"\bCOCINA\b|\bCOMANDA\b|\bCUCINA\b|\bCOZINHA\b|\bKITCHEN\b|\bBAR\s+ORDER")),
    (_K.GIFT, (
        r"\b(?:TICKET|RECU)\s+CADEAU|\b(?:TICKET|BON)\s+D'ECHANGE|\bTICKET\s+SANS\s+PRIX|\bGESCHENK(?:BELEG|BON|QUITTUNG)|"
        r"\bUMTAUSCH(?:BON|BELEG)|\bCADEAU(?:BON|TICKET)|\bRUIL(?:BON|TICKET)|\b(?:TICKET|TIQUET)\s+REGALO|\bVALE\s+(?:DE\s+)?CAMBIO|"
        r"\bSCONTRINO\s+(?:REGALO|DI\s+CORTESIA|CAMBIO)|\bTALAO\s+(?:DE\s+)?(?:OFERTA|TROCA|PRENDA)|\b(?:GIFT|EXCHANGE)\s+RECEIPT")),
    (_K.VOID, (
        r"\b(?:TICKET|VENTE|NOTE|COMMANDE|FACTURE)\s+(?:ANNULEE?|ABANDONNEE?)\b(?!\s+(?:LE|LA|N|PAR|ET)\b)|"
        r"\bANNULATION\s+(?:DE\s+LA\s+|DE\s+|DU\s+)?(?:TICKET|VENTE|NOTE|FACTURE)|"
        r"\b(?:BON|BELEG|VORGANG|RECHNUNG|VERKAUF)\s+(?:ABGEBROCHEN|STORNIERT|ANNULLIERT)|\bSTORNO(?:BELEG|BON|RECHNUNG)|"
        r"\b(?:BON|BELEG|GESAMT|RECHNUNGS)-?STORNO|\bBONABBRUCH|\b(?:BON|TICKET|TRANSACTIE|VERKOOP)\s+GEANNULEERD|"
        r"\b(?:TICKET|FACTURA|VENTA|OPERACION)\s+ANULAD[OA]|\bANULACION\s+(?:DE\s+|DEL\s+)?(?:TICKET|VENTA|FACTURA)|"
        r"\b(?:SCONTRINO|DOCUMENTO|VENDITA)\s+ANNULLAT[OA]|\bANNULLO\s+(?:SCONTRINO|DOCUMENTO)|\b(?:DOCUMENTO\s+COMMERCIALE\s+EMESSO|EMESSO)\s+PER\s+ANNULL|"
        r"\b(?:DOCUMENTO|TALAO|VENDA|FATURA)\s+ANULAD[OA]|\b(?:TRANSACTION|SALE|RECEIPT|ORDER|BILL|TICKET)\s+(?:VOID(?:ED)?|CANCELL?ED|ABORTED|ABANDONED)|"
        r"\bVOID(?:ED)?\s+(?:TRANSACTION|RECEIPT|SALE|TICKET)|^\W*+VOID(?:ED)?\W*$")),
    (_K.PROFORMA, (
        r"\bPROVISOIRE\b|\bPRO\s?-?FORMA|\bNE\s+VAUT\s+PAS|\bNON\s+VALABLE\s+POUR|\bNON\s+ENCAISSE\b|^\W*+ADDITION\W*$|\bDEVIS\b|"
        r"\bZWISCHENRECHNUNG|\bVORLAUFIGE\s+RECHNUNG|\bKEIN\s+(?:KASSEN)?(?:BON|BELEG)\b|\bKEINE\s+RECHNUNG|\bKOSTENVORANSCHLAG|"
        r"\bVOORLOPIGE\s+(?:REKENING|BON)|\bGEEN\s+(?:KASSA)?(?:BON|TICKET)\b|\bOFFERTE\b|\bPROVISIONAL\b|\bNO\s+VALID[AO]\s+COMO|"
        r"^\W*+CUENTA\W*$|\bPRE-?FACTURA|\bPRESUPUESTO\b|\bPRECONTO|\bDOCUMENTO\s+NON\s+FISCALE|\bPREVENTIVO\b|\bCONSULTA\s+DE\s+MESA|"
        r"\bNAO\s+SERVE\s+DE\s+FATURA|\bORCAMENTO\b|\bGUEST\s+CHECK|\bTEMPORARY\s+BILL|"
        r"\bNOT\s+(?:A|THE\s+FINAL)\s+(?:\w+\s+)?(?:RECEIPT|TAX)|\bQUOTATION\b|\bSALES\s+ORDER\b|"
        r"\bPRE-?AUTHORI[SZ]ATION|\bPREAUTORISATION")),
    (_K.REFUND, (
        r"\bRETOUR\s+(?:D'|DE\s+)?(?:ARTICLE|MARCHANDISE|PRODUIT|CLIENT)|\bTICKET\s+(?:DE\s+)?RETOUR|\bA\s+REMBOURSER|"
        r"^\W*+REMBOURSEMENT|\bCE\s+TICKET\s+ANNULE|^\W*+AVOIR\b(?!.*\d[.,]\d\d)|^\W*+BON\s+D'AVOIR\b|\b(?:TICKET|FACTURE|NOTE)\s+D'AVOIR|"
        r"\bNOTE\s+DE\s+CREDIT|\bRETOURE\b|\bWARENRUE?CKGABE|\bRUE?CKGABE|\bGUTSCHRIFT|\bRUE?CKERSTATTUNG|\bKORREKTURRECHNUNG|"
        r"^\W*+RETOUR(?:BON)?\W*$|\bCREDITNOTA|\bTERUG(?:BETALING|GAVE)|\bTERUG\s+TE\s+BETALEN|^\W*+DEVOLUCION\b|^\W*+ABONO\b|\bTICKET\s+DE\s+ABONO|"
        r"\b(?:FACTURA|RECTIFICA)\s+(?:RECTIFICATIVA|LA\s+FACTURA)|\bREEMBOLSO\b|\bA\s+DEVOLVER\b|^\W*+RESO\b|\bRESO\s+MERCE|\bRIMBORSO\b|"
        r"\bNOTA\s+DI\s+CREDITO|\bDOCUMENTO\s+COMMERCIALE\s+EMESSO\s+PER\s+RESO|\bEMESSO\s+PER\s+RESO|\bNOTA\s+DE\s+CREDITO|^\W*+DEVOLUCAO\b|\bCREDIT\s+NOTE|^\W*+REFUND\b(?!\s+(?:POLICY|OR|AND|WITHIN))|"
        r"\b(?:TOTAL|AMOUNT)\s+REFUND|\b(?:RETURN|REFUND)\s+RECEIPT|\bMERCHANDISE\s+RETURN")),
    (_K.VOUCHER, (
        r"\bBON\s+(?:D'ACHAT|DE\s+REDUCTION|CADEAU)|\bCOUPON\b|\b(?:CHEQUE|CARTE)\s+CADEAU|\bOFFRE\b|\bAVOIR\b|"
        r"\bGUTSCHEIN|\bRABATT-?COUPON|\b(?:WAARDE|KORTINGS|TEGOED)BON\b|\bVALE\b|\bCUPON\b|\bBUONO\b|\bCUPAO\b|"
        r"\bTALAO\s+DE\s+DESCONTO|\bVOUCHER|\bGIFT\s+(?:CARD|CERTIFICATE)|\bMONEY\s+OFF")),
    (_K.INVOICE, (
        r"\bFACTURE\b|\bRECHNUNG\b|\bFACTUUR\b|\bFACTURA\b(?!\s+SIMPL)|\bFATTURA\b|\bFATURA\b(?!\s+SIMPL)|\bINVOICE\b")),
)  # fmt: skip
"""Kind by kind, the words of all languages; ``KG`` and ``FACTURE`` prove nothing alone."""

TITLE_WORDS: Final = 4
"""A longer line that begins with the words goes on about something else."""

_TABLE: Final = tuple((kind, Wording(pattern)) for kind, pattern in WORDS)
_LETTER: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Headline:
    """Where a kind is named.

    ``title``: the line says little else.  ``priced``: there is an amount on it.
    """

    at: int
    title: bool
    priced: bool


def headlines_of(page: Page) -> Mapping[DocKind, Headline]:
    """The kinds that are named, each by its uppermost title, else its uppermost line."""
    said: dict[DocKind, Headline] = {}
    for kind, words in _TABLE:
        apart = next(
            (at for at, text in page.spaced.items() if words.search(text)), None
        )
        if apart is not None:
            said[kind] = Headline(apart, title=True, priced=False)
            continue
        for line, match in page.saying(words):
            if _is_title(line, match):
                said[kind] = Headline(line.at, title=True, priced=False)
                break
            better = kind not in said or (said[kind].priced and not line.amounts)
            if better:
                said[kind] = Headline(line.at, title=False, priced=bool(line.amounts))
    return said


def _is_title(line: Line, match: re.Match[str]) -> bool:
    """The words make up most of a line that has no amount."""
    if line.amounts:
        return False
    letters = len(_LETTER.findall(line.plain))
    if line.wide > 1 or 2 * len(_LETTER.findall(match[0])) >= letters:
        return True
    begins = not _LETTER.search(line.plain[: match.start()])
    return begins and len(_WORD.findall(line.plain)) <= TITLE_WORDS
