"""Countries whose papers are made up on demand only: north, east and overseas.

``generate(seed, land="US")``: no known seed draws them.  Sales tax of the US and Canada is
added below prices without it.  Rates as of 2026; Malaysian GST as it was until 2018.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hardware_sim.papers.lands import Land, Tails

_DOLLAR: Final[Tails] = ("", "", "$")

_US: Final = {
    "due": ("TOTAL", "TOTAL DUE", "BALANCE DUE", "ORDER TOTAL", "AMOUNT DUE", "Total"),
    "subtotal": ("SUBTOTAL", "SUB TOTAL", "Subtotal", "SUB-TOTAL"),
    "card": ("VISA", "DEBIT", "CREDIT CARD", "MASTERCARD", "VISA CREDIT", "US DEBIT"),
    "cash": ("CASH", "CASH TEND", "Cash", "CASH TENDERED"), "cheque": ("CHECK TEND",),
    "articles": ("ITEMS SOLD {}", "# ITEMS SOLD {}", "ITEM COUNT: {}", "TOTAL ITEMS {}"),
    "off": ("COUPON", "DISCOUNT"), "staff": ("ASSOC DISC",), "discount": ("COUPON", "INSTANT SAVINGS", "MARKDOWN", "DISCOUNT"),
    "vat_of": ("TAX {}", "SALES TAX {}", "TAX1 {}"), "void": ("** VOIDED ENTRY **", "VOID"),
    "rounding": ("ROUNDED", "ROUNDING"), "ticket": ("TR# {}", "Order #{}", "Check #: {}", "TRN {}", "Receipt # {}"),
    "till": ("REG# {}", "TE# {}", "Register {}"), "operator": ("CASHIER: {}", "OP# {}", "Your cashier was {}"),
    "store": ("ST# {}", "STORE {}"), "phone": ("({}", "PHONE: ({}"), "amount_name": ("AMOUNT", "PRICE"),
}  # fmt: skip
_CA: Final = {**_US, "vat_of": ("HST {}", "GST {}", "TAX {}"), "card": ("INTERAC", "DEBIT CARD", "MASTERCARD", "VISA")}  # fmt: skip
_MY: Final = {
    "due": ("TOTAL", "TOTAL (INCL GST)", "NET TOTAL", "TOTAL AMOUNT", "GRAND TOTAL", "TOTAL SALES (INCLUSIVE OF GST)", "AMOUNT DUE"),
    "sum": ("TOTAL", "TOTAL SALES INCL. GST"), "rounding": ("ROUNDING ADJ", "ROUNDING ADJUSTMENT", "Rounding"),
    "vat_name": ("GST", "TAX"), "net_name": ("AMOUNT", "AMT(RM)"), "gross_name": ("TOTAL", "GROSS"), "rate_name": ("TAX CODE", "GST SUMMARY"),
    "vat_of": ("GST INCLUDED {}", "GST @ {}"), "card": ("VISA", "MASTER", "CREDIT CARD"), "cash": ("CASH", "CASH RECEIVED", "PAID AMOUNT"),
    "ticket": ("BILL NO : {}", "INVOICE NO: {}", "RECEIPT NO. : {}", "DOC NO : {}"), "operator": ("CASHIER : {}",), "till": ("TERMINAL : {}",),
    "articles": ("TOTAL QTY: {}", "ITEM COUNT {}"), "amount_name": ("AMOUNT", "AMOUNT(RM)"), "phone": ("TEL : {}",),
}  # fmt: skip
SWEDISH: Final[Mapping[str, tuple[str, ...]]] = {
    "due": ("Totalt", "ATT BETALA", "SUMMA", "Att betala", "Totalt SEK"), "subtotal": ("Delsumma", "DELSUMMA"),
    "card": ("KORT", "Bankkort", "Kontokort", "MASTERCARD"), "cash": ("KONTANT", "Kontant"), "voucher": ("TILLGODOKVITTO",), "gift_card": ("PRESENTKORT",),
    "meal_voucher": ("RIKSKORT",), "change": ("TILLBAKA", "VÄXEL", "Växel"), "balance": ("Kvar att betala",),
    "articles": ("Antal varor: {}", "{} varor"), "pieces": ("{} varor",), "linecount": ("Antal rader: {}",), "ticket": ("Kvitto nr: {}", "Kvittonr {}", "Nota {}"),
    "till": ("Kassa {}", "Kassa: {}"), "operator": ("Kassör: {}", "Säljare {}"), "store": ("Butik {}",), "discount": ("RABATT", "Kampanj", "Rabatt 10%"),
    "staff": ("Personalrabatt",), "off": ("Rabatt",), "block": ("Dina rabatter:",), "block_total": ("TOTAL RABATT",), "void": ("KORR", "MAKULERAT"),
    "deposit": ("PANT", "+PANT"), "returns": ("RETURPANT",), "rounding": ("Öresavrundning", "AVRUNDNING"), "family": ("Summa {}",),
    "vat_name": ("Moms",), "net_name": ("Netto",), "gross_name": ("Brutto",), "rate_name": ("Moms%",), "vat_of": ("Varav moms {}", "MOMS {}"), "sum": ("Totalt", "SUMMA"),
    "thanks": ("Välkommen åter",), "welcome": ("Välkommen till",), "exchange": ("Öppet köp 30 dagar",), "desk": ("Artikel",), "unit_name": ("Pris",), "qty_name": ("Antal",), "amount_name": ("Summa", "SEK"),
    "duplicate": ("*** KOPIA ***",), "phone": ("Tel {}",), "saved": ("Du har sparat",),
}  # fmt: skip
NORWEGIAN: Final[Mapping[str, tuple[str, ...]]] = {
    "due": ("Totalt", "SUM", "Å BETALE", "Sum NOK", "TOTALT"), "subtotal": ("Delsum", "SUBTOTAL"), "card": ("BANK", "BankAxept", "KORT"), "cash": ("KONTANT", "Kontant"),
    "voucher": ("TILGODELAPP",), "gift_card": ("GAVEKORT",), "change": ("TILBAKE", "Veksel"), "articles": ("Antall varer: {}", "{} varer"), "pieces": ("{} varer",), "linecount": ("Antall linjer: {}",),
    "ticket": ("Salgskvittering {}", "Kvittering nr: {}", "Bong {}"), "till": ("Kasse {}",), "operator": ("Kasserer: {}",), "store": ("Butikk {}",), "discount": ("RABATT", "Tilbud", "Rabatt 10%"),
    "staff": ("Personalrabatt",), "off": ("Rabatt",), "block": ("Dine rabatter:",), "block_total": ("TOTAL RABATT",), "void": ("KORRIGERT", "ANNULLERT"), "deposit": ("PANT",), "returns": ("PANTERETUR",),
    "rounding": ("Øreavrunding", "AVRUNDING"), "family": ("Sum {}",), "vat_name": ("Mva",), "net_name": ("Grunnlag", "Netto"), "gross_name": ("Totalt", "Brutto"), "rate_name": ("Mva%", "MVA-sats"), "vat_of": ("Herav mva {}", "MVA {}"), "sum": ("Totalt",),
    "thanks": ("Takk for handelen", "Velkommen tilbake"), "desk": ("Vare",), "unit_name": ("Pris",), "qty_name": ("Antall",), "amount_name": ("Sum", "NOK"), "duplicate": ("*** KOPI ***",), "phone": ("Tlf {}",), "saved": ("Du har spart",),
}  # fmt: skip
POLISH: Final[Mapping[str, tuple[str, ...]]] = {
    "due": ("SUMA PLN", "SUMA", "DO ZAPLATY", "RAZEM"), "subtotal": ("SUMA CZESCIOWA", "PODSUMA"), "card": ("KARTA", "KARTA PLATNICZA", "Karta"), "cash": ("GOTOWKA", "Gotowka"),
    "voucher": ("BON",), "gift_card": ("KARTA PODARUNKOWA",), "change": ("RESZTA", "Reszta"), "articles": ("Liczba artykulow: {}",), "pieces": ("{} szt.",), "linecount": ("Pozycji: {}",), "ticket": ("Paragon nr {}", "Nr {}"),
    "till": ("Kasa {}",), "operator": ("Kasjer: {}", "Kasjer {}"), "store": ("Sklep {}",), "discount": ("RABAT", "OPUST", "Rabat 10%"), "off": ("RABAT",), "staff": ("RABAT PRACOWNICZY",), "block": ("Twoje rabaty:",), "block_total": ("SUMA RABATOW",),
    "void": ("STORNO", "ANULOWANO"), "deposit": ("KAUCJA",), "returns": ("ZWROT KAUCJI",), "rounding": ("ZAOKRAGLENIE",), "family": ("Suma {}",), "vat_name": ("PTU",), "net_name": ("Netto",), "gross_name": ("Brutto",), "rate_name": ("Stawka",),
    "vat_of": ("PTU {}", "KWOTA PTU {}"), "sum": ("SUMA", "RAZEM"), "thanks": ("Dziekujemy za zakupy", "Zapraszamy ponownie"), "desk": ("NAZWA",), "unit_name": ("CENA",), "qty_name": ("ILOSC",), "amount_name": ("WARTOSC",), "duplicate": ("*** DUPLIKAT ***", "KOPIA"), "phone": ("Tel. {}",),
}  # fmt: skip
WORDS_ABROAD: Final = {"sv": SWEDISH, "no": NORWEGIAN, "pl": POLISH}

ABROAD: Final[Mapping[str, Land]] = {
    "IE": Land(
        "IE", "en", {"std": 2300, "mid": 1350, "food": 0}, {"std": "A", "mid": "B", "food": "Z"},
        ("CORK T12 AX93", "GALWAY H91 E2K3", "LIMERICK V94 T2P5"), ("{} Patrick Street", "Unit {} Mill Road", "{} Quay Street"), ("Ltd", "DAC"),
        "0{}{:02} {:02}{:02}{:02}", (), tails=("", " EUR"), heads=("€", "", ""), cash_step=5, deposits=True,
    ),
    "US": Land(
        "US", "en", {"std": 725, "food": 0}, {"std": "T", "food": "F"}, ("AUSTIN, TX 78701", "DAYTON, OH 45402", "BOISE, ID 83702"),
        ("{} MAIN ST", "{} W 5TH AVE", "{} RIVER RD STE 4"), ("INC", "LLC"), "51{}) {:02}5-{:02}{:02}", (), currency="USD", point=".", tails=("",), heads=_DOLLAR,
        on_top=True, words=_US,
    ),
    "CA": Land(
        "CA", "en", {"std": 1300, "food": 0}, {"std": "H", "food": "N"}, ("TORONTO, ON M5V 2T6", "HALIFAX, NS B3J 1S9"), ("{} KING ST W", "{} BARRINGTON ST"),
        ("INC.", "LTD."), "41{}) {:02}5-{:02}{:02}", (), currency="CAD", point=".", tails=("",), heads=_DOLLAR, cash_step=5, on_top=True, words=_CA,
    ),
    "MY": Land(
        "MY", "en", {"std": 600, "food": 0}, {"std": "S", "food": "Z"}, ("47301 PETALING JAYA, SELANGOR", "50450 KUALA LUMPUR", "81300 SKUDAI, JOHOR"),
        ("NO. {}, JALAN MELUR 3/2", "LOT {}, GROUND FLOOR, JALAN PINANG"), ("SDN BHD", "ENTERPRISE"), "03-{}{:02}{:02} {:02}{:02}", (), currency="MYR", point=".",
        tails=("",), heads=("RM", "RM ", "", ""), cash_step=5, words=_MY,
    ),
    "SE": Land(
        "SE", "sv", {"std": 2500, "mid": 1200, "food": 1200}, {"std": "A", "mid": "B", "food": "B"}, ("111 22 STOCKHOLM", "411 05 GÖTEBORG", "753 20 UPPSALA"),
        ("Storgatan {}", "Kungsgatan {}", "Hamnvägen {}"), ("AB", "HB"), "0{}-{:02}{:02} {:02}{:02}", (), currency="SEK", tails=("", "", " kr", " SEK"), cash_step=100, deposits=True,
    ),
    "NO": Land(
        "NO", "no", {"std": 2500, "mid": 1500, "food": 1500}, {"std": "1", "mid": "2", "food": "2"}, ("0154 OSLO", "5003 BERGEN", "7010 TRONDHEIM"), ("Storgata {}", "Kirkegata {}"),
        ("AS", "ANS"), "{}{:02} {:02} {:02}{:02}", (), currency="NOK", tails=("", "", " kr", " NOK"), cash_step=100, deposits=True,
    ),
    "PL": Land(
        "PL", "pl", {"std": 2300, "mid": 800, "food": 500}, {"std": "A", "mid": "B", "food": "C"}, ("00-021 WARSZAWA", "31-042 KRAKOW", "50-101 WROCLAW"), ("ul. Dluga {}", "ul. Polna {}", "al. Jana Pawla {}"),
        ("Sp. z o.o.", "S.A."), "2{} {:02}{} {:02} {:02}", (), currency="PLN", tails=("", "", " PLN"),
    ),
}  # fmt: skip
"""By country; none prints a tax number."""

GOODS_ABROAD: Final[Mapping[str, Mapping[str, str]]] = {
    "sv": {"grocery": """MELLANMJOLK 1L|149|food|A
LIMPA SKIVAD 500G|289|food|A
SMÖR NORMALSALTAT|549|food|A
KAFFE BRYGG 450G|699|food|A
BANANER LÖSVIKT|249kg|food|A
POTATIS FAST|129kg|food|A
TOMATER KVIST|399kg|food|A
MINERALVATTEN 1,5L|159|food|B
LÄSK COLA 1,5L|219|food|B
FOLKÖL 3,5%|189|std|B
TOALETTPAPPER 8P|499|std|N
DISKMEDEL|259|std|N
BÄRKASSE|70|std|N""",
           "restaurant": """DAGENS RÄTT|1390|mid|H
KÖTTBULLAR MED MOS|1690|mid|H
KAFFE|320|mid|B
LÄTTÖL|450|mid|B
STARKÖL 40CL|790|std|B"""},
    "no": {"grocery": """LETTMELK 1L|219|food|A
KNEIPPBRØD|329|food|A
BRUNOST 500G|899|food|A
KAFFE FILTERMALT|799|food|A
BANANER|299kg|food|A
EPLER RØDE|349kg|food|A
BRUS COLA 1,5L|329|food|B
ØL 0,5L|389|std|B
TOALETTPAPIR 8RL|699|std|N
OPPVASKMIDDEL|299|std|N
BÆREPOSE|45|std|N""",
           "restaurant": """FISKESUPPE|1890|std|H
KJØTTKAKER|2190|std|H
KAFFE|390|std|B
ØL 0,4L|1090|std|B"""},
    "pl": {"grocery": """CHLEB PSZENNY 500G|449|food|A
MLEKO 2% 1L|399|food|A
MASLO EXTRA 200G|799|food|A
SER ZOLTY|3290kg|food|A
JABLKA LUZ|399kg|food|A
POMIDORY|899kg|food|A
KAWA MIELONA 500G|2499|std|A
WODA GAZ. 1,5L|229|std|B
PIWO JASNE 0,5L|419|std|B
PAPIER TOAL. X8|1399|mid|N
PLYN DO NACZYN|699|std|N
TORBA FOLIOWA|99|std|N""",
           "restaurant": """PIEROGI RUSKIE|2490|mid|H
ZUREK|1890|mid|H
SCHABOWY Z ZIEMN.|3490|mid|H
KAWA CZARNA|990|mid|B
PIWO 0,5L|1290|std|B"""},
}  # fmt: skip
FAMILIES_ABROAD: Final = {
    "sv": {"A": "Livsmedel", "B": "Drycker", "N": "Hem", "H": "Mat"},
    "no": {"A": "Dagligvarer", "B": "Drikke", "N": "Hjem", "H": "Mat"},
    "pl": {"A": "Spozywcze", "B": "Napoje", "N": "Dom", "H": "Dania"},
}  # fmt: skip
NAMES_ABROAD: Final[Mapping[str, tuple[str, ...]]] = {
    "sv": ("{} Livs", "Handlar {}", "{}s Krog"),
    "no": ("{} Handel", "Kafe {}", "{} Dagligvare"),
    "pl": ("Sklep {}", "Delikatesy {}", "Bar {}"),
}
