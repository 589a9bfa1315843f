"""Small print: an address as a QR symbol, and a whole receipt as an address.

In: the capability URL of a receipt's page, or the receipt itself and what signs.  Out:
SVG text that any page can stand in itself; digits behind a ``#`` that a page without a
server reads and verifies (docs/decisions/0010-offline-qr.md).  Says nothing of the
customer, never fetches, never stores.  Files: ``encode`` and ``decode``; ``discreet`` for
what is left out; ``keylist`` for whom to believe; ``training`` for dictionaries;
``symbol`` and ``svg`` for what is seen.
"""
