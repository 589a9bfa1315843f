"""The words by which lines of a receipt name themselves, by role and language.

The table is read from top to bottom and the first row that matches names the role, so
the narrow wordings stand above the wide ones (``TOTAL TVA`` above ``TOTAL``).  All
patterns read plain text: upper case, no accents.  Each row is split by language only
for the reader; a paper may mix them (Brussels, Geneva, airports).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from agent.receipt.wording import Wording


class Role(StrEnum):
    """What a line seems to be.

    ``SHARE`` is paid by somebody else (health insurance).  ``PART`` is a total of something: a family subtotal, or a product called so.
    ``BALANCE`` is what is left to pay after a tender.
    """

    NONE = "none"
    DUE = "due"
    TOTAL = "total"
    PART = "part"
    SUBTOTAL = "subtotal"
    NET = "net"
    SHARE = "share"
    DISCOUNT_TOTAL = "discount_total"
    DISCOUNT = "discount"
    OFFER = "offer"
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


TAX_WORD: Final = (
    r"\b(?:TVA|T\.V\.A|GST|VAT|TAX(?:ES)?|MWST|STEUER|UST|BTW|SST|HST|PST|QST|TPS|TVQ|"
    r"IVA|IGIC|[CSI]GST|KDV|TOPKDV|PDV|IMPOSTA|IMPUESTOS?|CUOTA|MOMS|MVA|ALV|DPH|PTU|AFA)\b"
)
SAID: Final[tuple[tuple[Role, tuple[str, ...]], ...]] = (
    (Role.SUMMARY, (r"\b(?:GST|TAX|VAT|SST)\s+(?:SUMMARY|ANALYSIS|SPECIFICATION)",)),
    (Role.DUE, (
        r"\bROUNDED\s+(?:TOTAL|AMOUNT)|TOTAL\s+ROUNDED",
        r"TOTAL\b.{0,40}\b(?:AFTER|INCL\w*|WITH)\s+ROUND",
        r"\bTOTAL\s+ARRONDI\b|\bTOTAAL\s+(?:NA\s+AFRONDING|AFGEROND)",
        r"\bTOTALE\s+ARROTONDATO|\bTOTAL\s+REDONDEADO",
    )),
    (Role.ROUNDING, (
        r"\bARRONDI|\bROUND(?:ING|ED|\b)|\bRND(?:G|\b)|\bRUNDUNG|\bAFRONDING|\bREDONDEO",
        r"\bARROTONDAMENTO|\bARREDONDAMENTO|AVRUNDN?ING\b|\bAFRUNDING",
        r"\bZAOKRAGLENIE|\bZAOKROUHLENI|\bPYORISTYS",
    )),
    (Role.COUNT, (  # above the change: "Anzahl Wechsel" is none, "N. articoli" has a sum
        r"^\W*+(?:NB|NBRE|NOMBRE|NO|N)\b[.°]?\s+(?:TOTAL\s+)?(?:D'|DE\s+)?(?:ARTICLES?|LIGNES)\b",
        r"^\W*+(?:ANZAHL|ANZ\.?)\s+(?:ARTIKEL|POSITIONEN|POSTEN)|^\W*+AANTAL\s+(?:ARTIKEL|REGELS|STUKS)",
        r"^\W*+N(?:[.O°º]|RO|UM)*\s*(?:DE\s+)?(?:ARTICULOS|ARTICOLI|ARTIGOS|PEZZI)\b",
        r"^\W*+ANTALL?\s+(?:VAROR|VARER|RADER|LINJER|ARTIKLAR)|^\W*+LICZBA\s+(?:ARTYKULOW|POZYCJI)",
    )),
    (Role.CHANGE, (
        r"\bRENDU\b|\bA RENDRE\b|\bMONNAIE(?<!PORTE-MONNAIE)(?<!PORTE MONNAIE)\b",
        r"\bRUE?CKGELD|\bWECHSELGELD(?!BEST)|\bZURUE?CK\b|\bAUSZAHLUNG\b",
        r"\bCHANGEDUE|\bYOURCHANGE|\bCHANGES?\b(?!\s+(?:OF|WITHIN|YOUR|IN|MUST|ONLY))|\bCASH\s*BACK\b",
        r"\bWISSELGELD\b(?!\s+IN)|\bTERUG\b(?!\s+TE)",
        r"^\W*+(?:CAMBIO|SU CAMBIO)\b(?!\s+(?:ENTRO|MERCE|DE\b|EN\b))|\bVUELTO\b|^\W*+DEVOLUCION\b(?!\s+[A-Z])",
        r"^\W*+(?:找\s?零|找\s?赎|找\s?續)|^\W*+(?:СДАЧА|РЕСТО|РЕШТА|ΡΕΣΤΑ)\b|^\W*+(?:PARA\s+USTU|POVRAT|VRACENO)\b",
        r"\bTILBAKE\b|\bVEKSEL\b|^\W*+BYTTE\b|\bVISSZAJARO|\bTAKAISIN\b|^\W*+REST(?:\s+(?:LEI|RON|NUMERAR)\b|\W{1,40}\d[\d.,]*\s*(?:LEI|MDL|RON)?\s*$)",
        r"^\W*+(?:RESTO|IL RESTO|EL RESTO)\b|\bTROCO\b|\bVAXEL\b|^\W*+TILLBAKA\b|\bRESZTA\b|\bVRATIT\b|\bBYTTEPENGE",
    )),
    (Role.BALANCE, (
        r"\bRESTE\s+(?:DU|A\s+(?:REGLER|PAYER))\b|\bRESTANT\s+DU\b|\bSOLDE\s+A\s+(?:PAYER|REGLER)",
        r"\bRESTBETRAG|\bNOCH\s+ZU\s+ZAHLEN|\bOFFENER\s+BETRAG|\bNOG\s+TE\s+BETALEN|\bRESTEREND",
        r"\bREMAINING|^\W*+PENDIENTE\b|\bRESTO\s+DA\s+PAGARE|^\W*+DA\s+PAGARE\b|\bEM\s+FALTA\b",
        r"\bKVAR\s+ATT\s+BETALA|\bREST\s+A\s+BETALE|\bGJENSTAR|\bPOZOSTALO|\bDO\s+DOPLATY",
    )),
    (Role.TENDERED, (
        r"^\s*PAID\b|\b(?:CASH|AMOUNT|TOTAL)TENDER|\bTENDERAMOUNT|\bAMOUNTPAID|\bTOTALPAID|\bTENDER(?:ED)?\b|\b(?:AMOUNT|AMT|TOTAL)\s+PAID|\bACCEPTED TOTAL|\bTOTAL\s+PAYMENT\b|^\W*+CHARGE\W{1,40}\d[\d.,]*\s*$|\bPAID\s+AMOUNT|\bRECEIVED\b",
        r"\bRECU\b|^\W*+(?:VERSE|DONNE|REGLE|ENCAISSE)\b|\bTOTAL\s+(?:REGLE|PAYE|ENCAISSE)|\bSOMME\s+(?:RECUE|VERSEE)",
        r"^\s*GEG\.|^\s*GEGEBEN|^\W*+(?:ONTVANGEN|BETAALD|VOLDAAN)\b",
        r"^\W*+(?:ENTREGADO|ENTREGUE|RECEBIDO|RECIBIDO)\b|^\W*+(?:PAGATO|TOTALE PAGATO|IMPORTO PAGATO)\b",
    )),
    (Role.DISCOUNT, (r"\bINSTANT\s+(?:SAVINGS?|REBATE|DISC)",)),
    (Role.INFO, (
        r"\bYOUSAVED|\bTOTALSAVINGS|\bYOURSAVINGS|\bPOINTSEARNED|\bSUGGESTED|\bSAVINGS?\b|\bSAVED?\b|\bPOINTS?\b|\bDISCOUNTABLE|\bDEPOSIT BALANCE|\bREWARDS?\b",
        r"\bCAGNOTTE|\b(?:ANCIEN|NOUVEAU)\s+SOLDE|\bSOLDE\b|\bELIGIBLE|\bDONT\s+ECO|\bAU LIEU DE|\bECONOMI[ES]",
        r"\bAVANTAGES DU JOUR|\bPRIX AU (?:KG|LITRE)|\bCAPITAL\b|\bSOIT\b|\bDEDUCTIBLE|\bVALEUR\s+FACIALE|\bCAUTION\b.{0,4}NON\s+ENCAISS",
        r"\bPUNKTE|\bUMSATZ|\bVORTEIL|PREISVORTEIL|\bGESPART|\bSPARA?T\b|\bRABATTFAHIG|\bGRUNDPREIS|\bPUNKTESTAND",
        r"\bSALDO\b|\bVOORDEEL|\bBESPAARD|\bPUNTEN\b|\bMAALTIJDCHEQUES?\s+MAX",
        r"\bAHORR|\bPUNTOS\b|\bIMPORTE\s+CON\s+DTO|\bRISPARMI|\bPUNTI\b|\bSCONTABILE|\bPOUPOU\b|\bPONTOS\b|\bELEGIVEL",
    )),
    (Role.DUE, (
        r"\bTOTAL\b.{0,40}\bINC(?:L|\b)|\bTOTAL\b.{0,40}\bTTC|\bTTC\s+A\s+PAYER|\bTOTAAL\b.{0,30}\bINCL",
        r"\bTOTAL\s*\(?\s*IVA\s+INC|\bTOTALE\s+COMPLESSIVO|\bSUMME\s+(?:BRUTTO|INKL)",
    )),
    (Role.NET, (
        r"\bTOTAL\b.{0,40}\b(?:EXC|BEFORE|W/?O)|\bEXCL\w*\.?\s.{0,40}\b(?:TOTAL|AMT|AMOUNT)|\bEX\w*\.?\)",
        r"\bTOTAL\s+(?:HT|H\.T)\b|\bNET\s+HT\b|\bTOTAL\s+NET\s+HT|\bMONTANT\s+H\.?T\b|\bTOTAL\s+HORS\s+TAXES?",
        r"\b(?:SUMME|GESAMT|WARENWERT)\s+NETTO|\bNETTO-?WARENWERT|\bNETTO(?:BETRAG|SUMME)|\bTOTAAL\s+EXCL",
        r"^\W*+NETTO[\s:=]{1,40}-?\d[\d.,]*\s*(?:EUR|€)?\s*$|^\W*+SPRZED(?:AZ|\.)?\s*OPOD",
        r"\bTOTALE\s+IMPONIBILE|^\W*+IMPONIBILE\b|\bBASE\s+IMPONIBLE|\bTOTAL\s+(?:I?LIQUIDO)|\bTOTAL\s+BASE\b",
    )),
    (Role.TAX, (
        rf"\b(?:TAX|GST|VAT)\s+TOTAL\b|\b(?:TOTALE?|TOTAAL|SUMME|SUMA|SUMMA|GESAMT|RAZEM|CELKEM)\s+(?:DES\s+|DE\s+LA\s+|DI\s+CUI\s+)?(?:\w+\s+)?{TAX_WORD[2:]}",
        r"^\W*+(?:KWOTA|PODATEK)\s+(?:PTU|VAT|[A-G]\b)",
    )),
    (Role.SHARE, (
        r"^\s*(?:PART|PARTS|DONT PART)\s+(?:AMO|AMC|MUTUELLE|SECU|OBLIGATOIRE|COMPLEMENTAIRE|ASSURANCE|CAISSE)|^\s*(?:AMO|AMC|RO|RC|TOTAL AMO|TOTAL AMC|TOTAL RO|TOTAL RC)\b",
        r"^\W*+(?:ACOMPTES?|ARRHES)\s+(?:DEJA\s+)?(?:VERSE|PAYE|REGLE|DEDUIT)E?S?\b|\bGELEISTETE\s+ANZAHLUNG|\bABZGL\.?\s+ANZAHLUNG|\bAANBETALING\s+VOLDAAN",
        r"^\s*(?:TIERS[- ]PAYANT|PRISE EN CHARGE|REMBOURSE\s+PAR|MUTUELLE|REGIME\s+(?:OBLIGATOIRE|COMPLEMENTAIRE))\b",
    )),
    (Role.SUBTOTAL, (
        r"\bTOTAL\s+(?:AVANT|SANS|HORS|BRUT|BEFORE|QTY|QUANTITY|GROSS)",
        r"\bTOTALE\s+(?:PARZIALE|LORDO)|\bTOTAL\s+(?:SIN|ANTES|BRUTO|ILIQUIDO)|\bTOTAAL\s+(?:VOOR|ZONDER|BRUTO)|\bSUMME\s+(?:VOR|OHNE)",
    )),
    (Role.DISCOUNT_TOTAL, (
        r"\bTOTAL\b.{0,40}\b(?:REMISES?|REDUCTIONS?|DISC|DISCOUNTS?|RABAIS|AVANTAGES?|DESCUENTOS?|DESCONTOS?|DTOS?)\b",
        r"\bTOTAAL\b.{0,40}KORTING|\bTOTALE\b.{0,40}\b(?:SCONTI|SCONTO|OFFERTE)\b",
        r"\b(?:SUMME|GESAMT|TOTAL)\b.{0,30}RABATT|\bRABATTE?\s+GESAMT|\bSUMA\s+RABAT|\bGESAMTRABATT|\bGESAMTNACHLASS",
        r"\bMONTANT\s+(?:DES\s+)?(?:REMISES?|REDUCTIONS?)\b",
    )),
    (Role.SUBTOTAL, (
        r"\bSOUS[- ]?TOTA|\bSUB[- ]?TOTA|\bSUBTTL|\bSTTL\b|\bS/TOTAL|\bZWISCHENSUMME|\bTUSSENTOTAAL|\bDELSUM(?:MA)?\b|\bPODSUMA\b|\bSUMA\s+CZESCIOWA|\bMEZISOUCET",
        r"\bNETT?\s+SALES|\b(?:TOT|TTL)\.?\s+QTY|\bGROSS\s+(?:AMOUNT|AMT|TOTAL|SALES)|\bSUMA\s+PARCIAL",
    )),
    (Role.COUNT, (
        r"\bITEMSSOLD|\bITEMCOUNT|\bTOTALITEMS|\bNUMBEROFITEMS|\bTOTAL\s+(?:NO\.?\s+OF\s+)?(?:ITEMS?|PCS|UNITS?)\b|\bITEMS?\s+COUNT|\b(?:QTY|QUANTITY)\s+(?:TOTAL|COUNT)|^\W*+ITEMS?\s+TOTAL",
        r"\bNB\.?\s+(?:D')?(?:ARTICLES?|LIGNES)|\bNOMBRE\s+D'ARTICLES|\bANZAHL\s+ARTIKEL|\bAANTAL\s+ARTIKEL",
    )),
    (Role.DUE, (
        r"\bA PAYER\b|\bA REGLER\b|\bA REMBOURSER\b|\bMONTANT\s+(?:DU|TTC|TOTAL|NET)\b|\bNET\s+(?:A\s+)?PAYER|\bTOTAL\s+(?:EUR|€)|^\s*DU\b(?!\s+[A-Z])",
        r"\b(?:A\s+(?:LA\s+)?CHARGE|PART)\s+(?:DU\s+|DE\s+L')?(?:CLIENT|PATIENT|ASSURE)\b|\bTOTAL\s+(?:GENERAL|NET)\b",
        r"\b(?:TOTAL|AMOUNT|BALANCE|AMT)(?:DUE|PAYABLE|TOPAY)|\b(?:GRAND|FINAL|NET|ORDER)TOTAL|\bTOTALAM(?:OUN)?T|\b(?:TOTAL|AMOUNT|BALANCE|AMT)\s+(?:DUE|PAYABLE|TO PAY)|\bDUE\s+AMOUNT|\b(?:GRAND|FINAL|NETT?)\s+(?:TOTAL|AMOUNT|AMT)",
        r"\bNETT\b|\bTOTAL\s+(?:AMOUNT\s+)?\(?RM\)?|\bTOTAL\s+REFUND\b|\bREFUND\s+(?:TOTAL|DUE|AMOUNT)\b|\bAMOUNT\s+REFUNDED",
        r"\bZU ZAHLEN|\bZAHLBETRAG|\bGESAMT(?:SUMME|BETRAG)|^\s*SUMME\s+(?:EUR|€)|\b(?:RECHNUNGS|END|BRUTTO)(?:BETRAG|SUMME)|\bZU\s+ERSTATTEN|\bERSTATTUNGSBETRAG",
        r"\bTE\s+(?:BETALEN|VOLDOEN|ONTVANGEN)\b|\bEINDTOTAAL|\bTOTAAL\s+(?:EUR|€)",
        r"\bA\s+(?:PAGAR|DEVOLVER)\b|\bIMPORTE\s+(?:TOTAL|A\b)|\bTOTAL\s+(?:COMPRA|FACTURA|TICKET|EUROS?|GERAL|DOCUMENTO)\b|\bVALOR\s+(?:TOTAL|A\s+PAGAR)",
        r"\bTOTALE\s+(?:EURO?|€|DOVUTO|DOCUMENTO|SCONTRINO|FATTURA|RIMBORSO|GENERALE)\b|\bIMPORTO\s+(?:DOVUTO|TOTALE)|\bNETTO\s+A\s+PAGARE",
        r"\bTAX\s{1,12}\d{1,6}[.,]\d\d\W{1,20}(?:BAL|TOTAL)|^\W*+BALANCE\s+(?:EUR|€)",
        r"^\W*+(?:合\s?计|总\s?计|总金额|应\s?[付收]|实付|應付|總計|合計)|^\W*+(?:ИТОГО?|ВСЕГО|ОБЩА\s+СУМА|СУМА|ВСЬОГО|УСЬОГО|TOPLAM|UKUPNO|ZA\s+PLATITI)\b|^\W*+ΣΥΝΟΛΟ|\bΠΛΗΡΩΤΕΟ",
        r"\bATT\s+BETALA|\bAT\s+BETALE|\bA\s+BETALE\b|\bDO\s+ZAP[LŁ]ATY|\bK\s+UHRADE|\bMAKSETTAVA|\bFIZETENDO|\bDE\s+PLAT[AĂ]\b|\bSUMA\s+PLN|\bYHTEENSA|\bOSSZESEN|\bTOTAL\s+LEI\b",
    )),
    (Role.PAYMENT, (  # vouchers are tenders below the total; above it the sums decide
        r"\bBON\s+(?:D'ACHAT|DE\s+REDUCTION|CADEAU)|\bAVOIR\b(?!\s+FIDELITE)|\bCHEQUES?\s+CADEAU|\bCARTES?\s+CADEAU",
        r"\bGUTSCHEIN|\bGESCHENKKARTE|\bWAARDEBON|\bCADEAU(?:KAART|BON)|\bGIFT\s?CARD|\bVOUCHER|\bTARJETA\s+REGALO|\bCARTA\s+REGALO|\bCARTAO\s+OFERTA",
        r"\bPRESENTKORT|\bGAVEKORT|\bTILLGODO|\bTILGODE|\bKARTA\s+PODARUNKOWA|^\W*+BON\s+-?\d{1,5}[.,]\d",
        r"^\W*+(?:VALE|BUONO|BUONI)\b(?!\s+SCONTO)",
    )),
    (Role.DISCOUNT, (
        r"\bREMISES?\b|\bRABAIS|\bREDUC(?:TION)?S?\b|\bAVOIR\s+FIDELITE|\bRISTOURNE|\bESCOMPTE\b",
        r"\bDISC(?:OUNTS?)?\b|\bMARKDOWN|\bTRX\s+%|\bCOUPON",
        r"RABATT|\bRABAT(?:Y|OW)?\b|\bOPUST|NACHLASS|KORTING|\bDESCUENTO|\bDE?C?TO\.|\bDTO\b|\bSCONTO|\bSCONTI\b|\bBUONO\s+SCONTO|\bDESCONTO|\bPOUPANCA",
    )),
    (Role.OFFER, (  # as often part of a product's name
        r"\bPROMO(?:TION|CION|CAO|ZIONE)?\b|\bOFFRES?\b|\bAVANTAGES?\b|\bOFFER|\bOFERTA|\bOFFERTA|\bAKTION|\bACTIE\b|\bMULTIBUY|\bBONUS|\bCAMPANHA|\bKAMPANJ|\bTILBUD\b|\bPROMOCJA",
    )),
    (Role.TOTAL, (
        r"\bTOTAL(?:SALES?|PRICE|CHARGES?|BILL|USD|PURCHASE|FARE)\b|\bTOTA(?:LT?|AL|LS|ALS)\b|\bTOTALES?\b|\bTOTAAL\b|\bSUMME\b|\bGESAMT|^\W*+TTL\b|\bBETRAG\b|\bBEDRAG\b|^\W*+MONTANT\b(?:\s+REEL)?\s*[:=]|\bAMOUNT\s*(?:RM|:)",
        r"^\W*+(?:IMPORTE|IMPORTO|SUMA|SUMMA|CELKEM|I\s+ALT|RAZEM|SYNOLO)\b|^\W*+SUM\b(?!\s+(?:MVA|MOMS|RABATT))",
        r"\bSUM(?:MA)?\s+(?:NOK|SEK|DKK|KR)\b|\b(?:VARER|VAROR|ARTIKLAR)\s+SUM(?:MA)?\b|\bSZT\.?\s+(?:SUMA|RAZEM)\b",
        r"^\W*+BALANCE\W{1,40}\d[\d.,]*\s*$",
        r"^\W*+BRUTTO[\s:=]{1,40}(?:EUR|€)?\s?-?\d[\d.,]*\s*(?:EUR|€)?\s*$",
    )),
    (Role.FEE, (
        r"\b(?:SERVICE|DELIVERY)(?:CHARGE|FEE)|\bS(?:ERV(?:ICE|\.)?|RVC?\.?|VC\.?)\s*(?:CHARGE|CHRG|CHG)|\bSVC\b|^\W*+FRAIS\s+D|\bFRAIS\s+(?:PORT|ENVOI)|\bSERVICE\s+\d|\bLIVRAISON\b|\bBEDIENUNG|\bTIPS?\b|\bGRATUITY|\bPOURBOIRE",
        r"\bECO[- ]?FEES?\b|\bENVIRONMENTAL\s+FEE|\bRECYCLING\s+FEE|^\W*+ECO-?\s?(?:PART|TAXE|CONTRIB)\w*",
        r"^\W*+TAXE\s+DE\s+SEJOUR|^\W*+KURTAXE|^\W*+TOERISTENBELASTING|^\W*+IMPOSTA\s+DI\s+SOGGIORNO|^\W*+TASA\s+TURISTICA",
        r"\bTRINKGELD|\bFOOI\b|\bPROPINA|\bMANCIA\b|\bGORJETA|\bLIEFER(?:KOSTEN|GEBUHR)|\b(?:VERZEND|BEZORG)KOSTEN",
    )),
    (Role.TAX, (TAX_WORD, r"\b(?:SALES|STATE|LOCAL|CITY|COUNTY|FOOD|TOTAL|MEALS?|LIQUOR|USE)TAX|\bTAX\d\b")),
    (Role.PAYMENT, (
        r"\bCB\b|\bCARTES?\b|\bVISA\b|\bMASTER ?CARD|\bMAESTRO|\bAMEX|\bBANCONTACT|\b(?:DEBIT|CREDIT)\b|\bSANS CONTACT\b|\bCONTACTLESS|\bCARD\b(?!\s+(?:N|EXP))|\bINTERAC\b|^\W*+(?:MASTER|EDC MASTER)\b",
        r"\bESPECES?\b|^\W*+ARGENT\b(?!\s+[A-Z])|\bCOMPTANT|\bCHEQUES?\b|\bTRD?\b|\b(?:TICKET|TITRE|TKT)S?[\s\-]+REST|\bT\.?\s?RESTO?\b|\bANCV\b|\bEN\s+COMPTE|\bVIREMENT|\bREMBOURSEMENT|\bPAIEMENT\b|\bREGLEMENT\b|\bPRELEVEMENT",
        r"\b(?:CASH|VISA|DEBIT|CREDIT|AMEX|EFT|MCARD|CHECK)TEND|\b(?:CREDIT|DEBIT)CARD|\b(?:US|EFT)DEBIT|\bDISCOVER\b|\bCASH\b|\bEFTPOS\b|\bE-?WALLET|\bPAYMENT\b|\bON\s+ACCOUNT|\bMEAL\s+VOUCHER|\bCHECK\s+TENDER",
        r"\bPAYPAL|\b(?:APPLE|GOOGLE|SAMSUNG|AMAZON)\s?PAY|\bLYDIA\b|\bALMA\b|\bKLARNA|\bTWINT|\bBIZUM|\bSATISPAY|\bPAYCONIQ|\bIDEAL\b|\bMB\s?WAY|\bSWISH\b|\bPOSTCARD\b|\bONEY\b|\bFLOA\b",
        r"\bEC[- ]?CASH|\bGIROCARD|\bBANKOMAT|\bKONTAKTLOS|\bCONTACTLOOS|KARTE\b|\bKARTENZAHLUNG|^\W*+BAR\b|\bLASTSCHRIFT|^\W*+SCHECK\b|ESSENSGUTSCHEIN|ESSENSMARKE|\bBARZAHLUNG",
        r"\bCONTANT|\bPIN(?:NEN)?\b|\bBETAALKAART|\bMAALTIJD|\bECO-?CHEQUE|\bOP\s+REKENING|\bOVERSCHRIJVING",
        r"\bTARJETA\b|\bEFECTIVO\b|\bMETALICO\b|\bTRANSFERENCIA",
        r"\bBANCOMAT|\bPAGAMENTO\b|\bCARTA\s+(?:DI\s+)?(?:CREDITO|DEBITO|BANCARIA)|\bASSEGNO|\bBUONI?\s+PASTO|\bSATISPAY",
        r"^\W*+(?:现\s?金|現\s?金|支付宝|微信|银联|刷卡|银行卡)|^\W*+(?:НАЛИЧН\w*|ГОТІВК\w*|В\s+БРОЙ|КАРТ\w*|БЕЗНАЛ\w*|ΜΕΤΡΗΤΑ|ΚΑΡΤΑ|NAKIT|GOTOVINA|KARTICA|UPI)\b",
        r"\bMULTIBANCO|\bCARTAO\b|\bNUMERARIO|\bDINHEIRO|\bKORTBETALING|\bKONTANT|\bGOTOWKA|\bHOTOVOST|\bKARTA\b",
        r"^\W*+(?:BANK|BANKAXEPT|BANKKORT|KORT|DANKORT|VIPPS|MOBILEPAY|KONTOKORT|RIKSKORT|KORTTI|PANKKIKORTTI|BANKKARTYA|KESZPENZ|NUMERAR)\b(?!\s+(?!LEI|RON|MDL|PLN|SEK|NOK|DKK|HUF)[A-Z]{3})|\bKATEINEN\b",
    )),
)  # fmt: skip

ROWS: Final = tuple((role, Wording("|".join(said))) for role, said in SAID)
"""Roles with their compiled words, in the order in which they are asked."""

_KNOWN_IN_SUMS: Final = (
    r"SUB|TOT\w*|SOUS|GESAMT\w*|SUMME|SUMA|SUMM?A?|SZT|IMPORT[EO]|MONTANT\w*|BE[TD]RAG|AMOUNT|AMT|TTL|"
    r"VALOR|BALANCE|DUE|PAY\w*|PAGAR\w*|ZAHL\w*|BETAL\w*|PRICE|PRIX|BILL|CHECK|TICKET|ORDER|INVOICE|"
    r"FACTURE?\w*|RECHNUNG\w*|DOCUMENTO?|SCONTRINO|COMPRA|COMPLESSIVO|GENERAL|GERAL|GRAND\w*|FINAL|"
    r"NETT?O?|BRUTT?O?|GROSS|SALES?|PURCHASES?|CHARGES?|FARE|SERVICES?|TAX\w*|TVA|VAT|GST|SST|MWST|BTW|"
    r"IVA|UST|INC\w*|INKL\w*|INCLUSIVE|EXC\w*|WITH|AFTER|TTC|HT|EUROS?|EUR|CHF|USD|GBP|RM|MYR|CAD|AUD|"
    r"SEK|NOK|DKK|PLN|CZK|HUF|RON|LEI|KRONER|RAZEM|CELKEM|SYNOLO|VARER|VAROR|STK|"
    r"A|DE|LA|LE|DU|DES|TO|OF|THE|TE|IN|EN|EM|ET|AND|YOUR|VOTRE|VOS|MY|X|ITEMS?|ARTICLES?|ARTIKEL\w*|"
    r"ARTICULOS|ARTICOLI|ARTIGOS|PEZZI|PIECES?|PCS|QTY|UNITS?|ROUND\w*|ARRONDI|CASH|CARD|CB|JOUR|REEL|TODAY|EAT|DINE|TAKE|OUT|AWAY|FOR|THIS|SALE|TRANSACTION|VISIT|GUEST"
)
UNKNOWN_IN_SUM: Final = re.compile(rf"\b(?!(?:{_KNOWN_IN_SUMS})\b)[A-Z]{{3,}}")
"""A word that no label of a total has: ``TOTAL ALIMENTAIRE``, ``TOTAL NETTOYANT``."""
