"""Goods by language and trade: label, price in cents, what VAT they bear, family.

A row is ``LABEL|cents|key|family``; ``kg`` behind the price means per kilogram, ``L`` per
litre.  Generic words only, no brand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from hardware_sim.papers.abroad import FAMILIES_ABROAD, GOODS_ABROAD

_FAMILIES: Final[Mapping[str, Mapping[str, str]]] = {
    "fr": {"B": "Boissons"},
    "de": {"A": "Lebensmittel", "B": "Getränke", "N": "Non-Food", "H": "Speisen"},
    "nl": {"A": "Voeding", "B": "Dranken", "N": "Non-food", "H": "Gerechten"},
    "es": {"A": "Alimentación", "B": "Bebidas", "N": "Droguería", "H": "Platos"},
    "it": {"A": "Alimentari", "B": "Bevande", "N": "Casa", "H": "Piatti"},
    "pt": {"A": "Mercearia", "B": "Bebidas", "N": "Drogaria", "H": "Pratos"},
    "en": {"A": "Groceries", "B": "Drinks", "N": "Household", "H": "Food"},
}  # fmt: skip
_DRINKS: Final = frozenset(
    names["B"] for names in (*_FAMILIES.values(), *FAMILIES_ABROAD.values())
)


@dataclass(frozen=True, slots=True)
class Good:
    """One thing on the shelf; ``unit`` is empty where it is sold by the piece."""

    label: str
    cents: int
    key: str
    family: str
    unit: str = ""

    @property
    def drink(self) -> bool:
        return self.family in _DRINKS


_GROCERY_FR = """PAIN COMPLET TRANCHE 500G|149|food|Alimentaire
BQ P SAUMON FUME X4|659|food|Alimentaire
CAROTTE 1.5KG|229|food|Alimentaire
CREV ROSES 25/35|499|food|Alimentaire
KIWI VERT PIECE|59|food|Alimentaire
NOIX SECHES 1KG|815|food|Alimentaire
750G PUREE PDT. DOUCE|299|food|Alimentaire
LAIT 1/2 ECREME 6X1L|594|food|Alimentaire
YAOURT NATURE X8|187|food|Alimentaire
Épinards hachés bio|290|food|Alimentaire
JAMBON SUP. 4TR|325|food|Alimentaire
CHOCOLAT NOIR 70% 100G|179|food|Alimentaire
RIZ BASMATI 1KG|242|food|Alimentaire
BEURRE DOUX 250G|269|food|Alimentaire
OEUFS PLEIN AIR X6|210|food|Alimentaire
PATES COQUILLETTES 500G|95|food|Alimentaire
THON ENTIER 160G|249|food|Alimentaire
CAFE MOULU 2X250G|549|food|Alimentaire
TOMATES GRAPPE|279kg|food|Fruits et légumes
POMME GALA VRAC|249kg|food|Fruits et légumes
BANANE VRAC|189kg|food|Fruits et légumes
COURGETTE|219kg|food|Fruits et légumes
EMMENTAL COUPE|1190kg|food|Alimentaire
ROTI DE PORC|899kg|food|Alimentaire
COLA 1.5L|165|food|Boissons
EAU MINERALE 6X1.5L|234|food|Boissons
24X33CL BIERE PILS|1399|std|Boissons
COTES DU TERROIR ROUGE|590|std|Boissons
JUS D'ORANGE 1L|199|food|Boissons
LESSIVE LIQ. 30 LAV|749|std|Entretien Hyg-Beauté
PAPIER TOILETTE X12|465|std|Entretien Hyg-Beauté
SHAMPOOING DOUX 250ML|289|std|Entretien Hyg-Beauté
DENTIFRICE MENTHE|195|std|Entretien Hyg-Beauté
400ML INSECTIC.ANT|215|std|Entretien Hyg-Beauté
RTE MOUCHOIRS ECO|165|std|Entretien Hyg-Beauté
PILES LR06 X8|599|std|Non Alimentaire
AMPOULE LED E27|450|std|Non Alimentaire
TORCHON COTON X3|690|std|Non Alimentaire
CAHIER 96P GRD CARR|125|std|Non Alimentaire
SAC CABAS REUTILISABLE|15|std|Divers
TOTAL NETTOYANT CUISINE|329|std|Entretien Hyg-Beauté
PLAT CUISINE A EMPORTER|690|mid|Alimentaire
MAGAZINE HEBDO|350|low|Divers"""

_TRADES_FR: Final = {
    "grocery": _GROCERY_FR,
    "frozen": """Gl Amaretto It|299|food|S
Epinards bio|290|food|S
Naan garni poulet|399|food|S
Chapati sce méch|399|food|S
Poêlée campagnarde|345|food|S
12 escargots|695|food|S
Tarte fine tomate|425|food|S
Pavés de cabillaud|895|food|S
Sorbet plein fruit|449|food|S
Vacherin vanille|1290|food|S
Sac isotherme|150|std|N""",
    "fashion": """JEAN DROIT BRUT|5999|std|Homme
T-SHIRT COL ROND|1299|std|Homme
CHEMISE LIN BLANCHE|3999|std|Homme
ROBE MIDI FLEURIE|4999|std|Femme
PULL MAILLE TORSADEE|3599|std|Femme
BLOUSON SIMILI|7999|std|Femme
BASKET BASSE CUIR|6490|std|Chaussures
CHAUSSETTES LOT X3|799|std|Access.
CEINTURE TRESSEE|1999|std|Access.
FOULARD IMPRIME|1599|std|Access.""",
    "bakery": """TRADITION|130|food|Pain
BAGUETTE|110|food|Pain
CROISSANT|115|food|Vienn.
PAIN AU CHOCOLAT|135|food|Vienn.
CHAUSSON POMMES|190|food|Vienn.
Éclair café|320|food|Pât.
TARTELETTE FRAISE|390|food|Pât.
PAIN CEREALES|285|food|Pain
QUICHE LORRAINE|420|mid|Snack
SANDWICH JAMBON BEURRE|450|mid|Snack
CAFE EXPRESSO|160|mid|Boissons
FORMULE MIDI|890|mid|Snack
BRIOCHE 400G|560|food|Vienn.""",
    "restaurant": """MENU DU JOUR|1890|mid|Menus
SALADE CHEVRE CHAUD|1250|mid|Entrées
ENTRECOTE 300G|2450|mid|Plats
RISOTTO AUX CEPES|1790|mid|Plats
FILET DE BAR|2190|mid|Plats
CREME BRULEE|750|mid|Desserts
CAFE GOURMAND|890|mid|Desserts
PICHET ROUGE 50CL|1100|std|Boissons
VERRE DE CHARDONNAY|560|std|Boissons
BIERE PRESSION 50CL|720|std|Boissons
EAU PETILLANTE 1L|550|mid|Boissons
CAFE|220|mid|Boissons
SUPPL. FRITES|350|mid|Plats
MENU ENFANT|990|mid|Menus""",
    "diy": """VIS BOIS 4X40 X100|649|std|Quinc.
PEINTURE MAT BLANC 5L|3990|std|Déco
TASSEAU SAPIN 2.40M|325|std|Bois
LAME PVC GRIS|1899|std|Sols
CHEVILLE NYLON X50|475|std|Quinc.
PERCEUSE 18V 2 BATT.|12990|std|Outillage
JOINT SILICONE 310ML|590|std|Plomb.
TERREAU SAC 40L|799|mid|Jardin
CABLE 3G1.5 AU METRE|129|std|Elec
INTERRUPTEUR VA-VIENT|349|std|Elec
ROBINET MITIGEUR|6490|std|Plomb.""",
    "pharmacy": """PARACETAMOL 1G CPR 8|118|low|Med
AMOXICILLINE 1G 14 CPR|412|low|Med
SPRAY NASAL 50ML|595|std|Para
SIROP TOUX 150ML|640|mid|Med
CREME SOLAIRE 50+|1490|std|Para
OMEPRAZOLE 20MG 28|536|low|Med
LAIT 1ER AGE 800G|1890|food|Nutri
HONORAIRE DISP. HD7|102|low|Hon
HONORAIRE ORDO. HDR|51|low|Hon
PANSEMENTS X20|320|std|Para""",
    "fuel": """E10|1828L|std|Carb
SP98|1914L|std|Carb
GAZOLE|1729L|std|Carb
E85|839L|std|Carb""",
}

_OTHERS: Final[Mapping[str, Mapping[str, str]]] = {
    "de": {
        "grocery": """SALAMI SPITZENQ.|179|food|A
KAISERBROETCHEN|99|food|A
H-MILCH 1,5% 1L|115|food|A
SKYR NATUR 450G|149|food|A
TIRAMISU 2X80G|199|food|A
BUTTER MILD|229|food|A
Äpfel Elstar|199kg|food|A
RISPENTOMATEN|299kg|food|A
GOUDA JUNG|899kg|food|A
MINERALWASSER 1,5L|79|std|B
COLA PET 1,0L|129|std|B
PILSENER 0,5L|89|std|B
DUSCHGEL SPORT|299|std|N
ZAHNCREME 75ML|125|std|N
SPÜLMITTEL ZITRONE|145|std|N
KAFFEE GEMAHLEN|599|food|A
REIS LANGKORN|165|food|A
TOILETTENPAPIER 8ER|395|std|N
TRAGETASCHE|20|std|N""",
        "restaurant": """SCHNITZEL WIENER ART|1690|food|H
KÄSESPÄTZLE|1290|food|H
TAGESSUPPE|590|food|H
APFELSTRUDEL|650|food|H
PILS 0,5 L|490|std|B
APFELSCHORLE 0,4|390|std|B
KAFFEE CREMA|290|std|B
WASSER STILL 0,75|620|std|B
SALAT DER SAISON|990|food|H""",
    },
    "nl": {
        "grocery": """HALFVOLLE MELK 1L|119|food|A
VOLKOREN BROOD|229|food|A
JONGE KAAS 48+|1090kg|food|A
APPELEN ELSTAR|229kg|food|A
TROSTOMATEN|279kg|food|A
PINDAKAAS 350G|249|food|A
YOGHURT NATUREL|135|food|A
EIEREN SCHARREL X10|269|food|A
SPAGHETTI 500G|99|food|A
COLA 1,5L|219|food|B
BRON WATER 6X0,5|299|food|B
PILS 6X33CL|599|std|B
SHAMPOO 250ML|329|std|N
AFWASMIDDEL|189|std|N
WC PAPIER 12 ROL|549|std|N
DRAAGTAS GROOT|25|std|N
HAGELSLAG PUUR|259|food|A""",
        "restaurant": """DAGSOEP|650|food|H
STOOFVLEES FRIET|1950|food|H
VISPANNETJE|2190|food|H
KAASKROKET 2ST|1150|food|H
DAME BLANCHE|790|food|H
PINT PILS|320|std|B
KOFFIE|290|food|B
SPUITWATER 50CL|450|food|B
HUISWIJN GLAS|520|std|B""",
    },
    "es": {
        "grocery": """PAN DE MOLDE 500G|135|food|A
LECHE SEMI 1L|98|food|A
ACEITE OLIVA V.E. 1L|795|food|A
HUEVOS L 12U|259|food|A
JAMON SERRANO 100G|219|mid|A
TOMATE RAMA|249kg|food|A
PLATANO|229kg|food|A
QUESO CURADO|1490kg|food|A
GALLETAS MARIA|145|mid|A
ARROZ REDONDO 1KG|129|food|A
CERVEZA LATA 33CL|65|std|B
AGUA MINERAL 1,5L|59|mid|B
REFRESCO COLA 2L|189|std|B
DETERGENTE 40D|699|std|N
PAPEL HIGIENICO 12R|449|std|N
BOLSA PLASTICO|10|std|N
YOGUR NATURAL X4|125|mid|A""",
        "restaurant": """MENU DEL DIA|1450|mid|H
TORTILLA ESPAÑOLA|750|mid|H
CROQUETAS CASERAS|890|mid|H
PULPO A LA GALLEGA|1690|mid|H
CAÑA|220|mid|B
VINO DE LA CASA|350|mid|B
CAFE CON LECHE|170|mid|B
FLAN CASERO|450|mid|H""",
    },
    "it": {
        "grocery": """PANE COMUNE|390kg|food|A
LATTE INTERO 1L|159|food|A
PASTA PENNE 500G|99|food|A
MOZZARELLA 125G|119|food|A
PARMIGIANO|1990kg|food|A
POMODORI DATTERINO|399kg|food|A
BANANE|179kg|food|A
OLIO EXTRAV. 1L|899|food|A
CAFFE MACINATO 250G|389|std|A
UOVA FRESCHE X6|199|mid|A
PROSCIUTTO CRUDO|1990kg|mid|A
ACQUA NATUR. 6X1,5|210|std|B
BIRRA 66CL|145|std|B
DETERSIVO PIATTI|179|std|N
CARTA CUCINA X2|229|std|N
SHOPPER BIO|10|std|N
BISCOTTI FROLLINI|249|mid|A""",
        "restaurant": """TAGLIATELLE AL RAGU|1200|mid|H
PIZZA MARGHERITA|750|mid|H
INSALATA MISTA|550|mid|H
BRANZINO AL FORNO|1900|mid|H
TIRAMISU DELLA CASA|600|mid|H
ACQUA 75CL|250|mid|B
VINO SFUSO 1/2 L|600|mid|B
CAFFE|130|mid|B
COPERTO|200|mid|H""",
    },
    "pt": {
        "grocery": """PAO DE FORMA|145|food|A
LEITE M/GORDO 1L|92|food|A
AZEITE VIRGEM 75CL|699|food|A
OVOS CLASSE M 12|249|food|A
ARROZ CAROLINO 1KG|139|food|A
MACA ROYAL GALA|179kg|food|A
BANANA|129kg|food|A
QUEIJO FLAMENGO|899kg|std|A
FIAMBRE FATIAS 150G|199|std|A
IOGURTE NATURAL X4|119|food|A
CERVEJA 33CL X6|399|std|B
AGUA 1,5L|45|mid|B
VINHO TINTO 75CL|349|mid|B
DETERGENTE LOICA|165|std|N
PAPEL HIG. 12 ROLOS|389|std|N
SACO REUTILIZAVEL|10|std|N""",
        "restaurant": """BACALHAU A BRAS|1250|mid|H
SOPA DO DIA|250|mid|H
FRANGO GRELHADO|990|mid|H
PASTEL DE NATA|140|mid|H
CAFE|90|mid|B
IMPERIAL|180|std|B
VINHO COPO|300|std|B
AGUA 50CL|130|mid|B""",
    },
    "en": {
        "grocery": """WHOLEMEAL BREAD 800G|135|food|A
SEMI SKIMMED MILK 2L|145|food|A
MATURE CHEDDAR 350G|325|food|A
FREE RANGE EGGS X6|165|food|A
BANANAS LOOSE|95kg|food|A
ROYAL GALA APPLES|225kg|food|A
CHICKEN THIGHS 1KG|375|food|A
BAKED BEANS 415G|85|food|A
TEA BAGS X80|249|food|A
COLA 2L|189|std|B
SPARKLING WATER 1L|65|std|B
PALE ALE 500ML|210|std|B
MILK CHOC BAR|125|std|A
WASHING UP LIQUID|110|std|N
TOILET ROLL X9|499|std|N
CARRIER BAG|30|std|N
CRISPS READY SALTED|100|std|A""",
        "restaurant": """FISH & CHIPS|1495|std|H
SUNDAY ROAST|1695|std|H
SOUP OF THE DAY|595|std|H
STICKY TOFFEE PUDDING|695|std|H
PINT BITTER|480|std|B
HOUSE RED 175ML|575|std|B
FLAT WHITE|320|std|B
SPARKLING WATER|290|std|B""",
    },
}

_FALLBACK: Final = {"bakery": "restaurant"}


@cache
def shelf(lang: str, trade: str) -> tuple[Good, ...]:
    """What that trade sells there; fashion, DIY and fuel have French labels in French only."""
    if lang == "fr":
        return _read(_TRADES_FR[trade], lang)
    own = _OTHERS.get(lang) or GOODS_ABROAD[lang]
    return _read(own[trade if trade in own else _FALLBACK.get(trade, "grocery")], lang)


def _read(rows: str, lang: str) -> tuple[Good, ...]:
    return tuple(_good(lang, *row.split("|")) for row in rows.splitlines())


def _good(lang: str, label: str, price: str, key: str, family: str) -> Good:
    unit = next((u for u in ("kg", "L") if price.endswith(u)), "")
    named = {**_FAMILIES, **FAMILIES_ABROAD}[lang].get(family, family)
    return Good(label, int(price.removesuffix(unit)), key, named, unit)
