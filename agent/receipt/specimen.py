"""A sale with a bit of everything, to read once before the first paper comes.

Word lists are compiled when a line first asks for them (``wording.py``); whoever reads
this has the usual ones.
"""

from __future__ import annotations

from typing import Final

SALE: Final = """MAISON EXEMPLE SARL
12 RUE DE LA GARE
69002 LYON
Tel 04 00 00 00 00
SIRET 732 829 320 00074  TVA FR44732829320
Ticket 004-11872  Caisse 02  Servi par LEA
13/07/2026 17:40
2 x PAIN DE CAMPAGNE  1,40      2,80 A
POMMES 0,500 kg x 2,20 EUR/kg   1,10 A
REMISE IMMEDIATE               -0,30 A
SOUS-TOTAL                      3,60
TOTAL TTC                       3,60 EUR
ESPECES                         5,00
RENDU                           1,40
Taux     HT     TVA    TTC
A 5,50%  3,41   0,19   3,60
3 ARTICLES   CARTE FIDELITE 400638133393
Merci de votre visite
"""
"""In ASCII: also a print job."""
