"""Bar codes and two-dimensional codes.

Each entry is two lines: mnemonic | bytes | Epson's name, then meaning | parameters |
effect; ``entry`` reads them.  Source: Epson ESC/POS Application Programming Guide.
"""

from __future__ import annotations

from typing import Final

_FORM_A: Final = "UPC-A/UPC-E/EAN13/EAN8/CODE39/ITF/CODABAR"
_FORM_B: Final = (
    f"65:{_FORM_A}/CODE93/CODE128/GS1-128/GS1 DataBar Omnidirectional"
    "/GS1 DataBar Truncated/GS1 DataBar Limited/GS1 DataBar Expanded/CODE128 auto"
)

_CODES_2D: Final = r"""
GS ( k fn=30/41 | 1D 28 6B 03 00 30 41 00-1E | PDF417: set the number of columns in the data region
  style | n=auto | PDF417 columns: {n}
GS ( k fn=30/42 | 1D 28 6B 03 00 30 42 00/3-5A | PDF417: set the number of rows
  style | n=auto | PDF417 rows: {n}
GS ( k fn=30/43 | 1D 28 6B 03 00 30 43 01-08 | PDF417: set the width of the module
  style | n=dots | PDF417 module: {n} wide
GS ( k fn=30/44 | 1D 28 6B 03 00 30 44 02-08 | PDF417: set the row height
  style | n=count | PDF417 row: {n} modules high
GS ( k fn=30/45 | 1D 28 6B 04 00 30 45 30/31 30-38/00-28 | PDF417: set the error correction level
  style | m=level/tenths, n=level | PDF417 error correction: {m} {n}
GS ( k fn=30/46 | 1D 28 6B 03 00 30 46 00/01 | PDF417: select the options
  style | m=standard/truncated | PDF417 form: {m}
GS ( k fn=30/50 | 1D 28 6B 0004-FFFF 30 50 30 00-FF... | PDF417: store the data in the symbol storage area
  memory | d=data | PDF417 store {d}
GS ( k fn=30/51 | 1D 28 6B 03 00 30 51 30 | PDF417: print the symbol data in the symbol storage area
  paper | | PDF417 print
GS ( k fn=30/52 | 1D 28 6B 03 00 30 52 30 | PDF417: transmit the size information of the symbol
  reply | | asks how big the PDF417 would be
GS ( k fn=31/41 | 1D 28 6B 04 00 31 41 31-33 00 | QR Code: select the model
  style | n=1:model 1/model 2/Micro QR | QR {n}
GS ( k fn=31/43 | 1D 28 6B 03 00 31 43 01-10 | QR Code: set the size of module
  style | n=dots | QR module: {n}
GS ( k fn=31/45 | 1D 28 6B 03 00 31 45 30-33 | QR Code: select the error correction level
  style | n=L (7 %)/M (15 %)/Q (25 %)/H (30 %) | QR error correction: {n}
GS ( k fn=31/50 | 1D 28 6B 0004-1BB4 31 50 30 00-FF... | QR Code: store the data in the symbol storage area
  memory | d=data | QR store {d}
GS ( k fn=31/51 | 1D 28 6B 03 00 31 51 30 | QR Code: print the symbol data in the symbol storage area
  paper | | QR print
GS ( k fn=31/52 | 1D 28 6B 03 00 31 52 30 | QR Code: transmit the size information of the symbol
  reply | | asks how big the QR would be
GS ( k fn=32/41 | 1D 28 6B 03 00 32 41 32-36 | MaxiCode: select the mode
  style | n=2:2 (numeric postal code)/3 (other postal code)/4/5 (more correction)/6 (for the reader itself) | MaxiCode mode {n}
GS ( k fn=32/50 | 1D 28 6B 0004-008D 32 50 30 00-FF... | MaxiCode: store the data in the symbol storage area
  memory | d=data | MaxiCode store {d}
GS ( k fn=32/51 | 1D 28 6B 03 00 32 51 30 | MaxiCode: print the symbol data in the symbol storage area
  paper | | MaxiCode print
GS ( k fn=32/52 | 1D 28 6B 03 00 32 52 30 | MaxiCode: transmit the size information of the symbol
  reply | | asks how big the MaxiCode would be
GS ( k fn=33/43 | 1D 28 6B 03 00 33 43 02-08 | 2-dimensional GS1 DataBar: set the width of the module
  style | n=dots | DataBar module: {n} wide
GS ( k fn=33/47 | 1D 28 6B 04 00 33 47 0000/006A-0F70 | 2-dimensional GS1 DataBar: set the maximum width of Expanded Stacked
  style | n=auto_dots | DataBar Expanded Stacked, at most: {n}
GS ( k fn=33/50 | 1D 28 6B 0006-0103 33 50 30 20-22/25-2F/30-39/3A-3F/41-5A/61-7A... | 2-dimensional GS1 DataBar: store the data
  memory | d=databar | DataBar store {d}
GS ( k fn=33/51 | 1D 28 6B 03 00 33 51 30 | 2-dimensional GS1 DataBar: print the symbol data
  paper | | DataBar print
GS ( k fn=33/52 | 1D 28 6B 03 00 33 52 30 | 2-dimensional GS1 DataBar: transmit the size information
  reply | | asks how big the DataBar would be
GS ( k fn=34/43 | 1D 28 6B 03 00 34 43 02-08 | Composite symbology: set the width of the module
  style | n=dots | composite module: {n} wide
GS ( k fn=34/47 | 1D 28 6B 04 00 34 47 0000/006A-0F70 | Composite symbology: set the maximum width of GS1 DataBar Expanded Stacked
  style | n=auto_dots | composite's DataBar Expanded Stacked, at most: {n}
GS ( k fn=34/48 | 1D 28 6B 03 00 34 48 00-05/30-35/61/62 | Composite symbology: select the HRI character font
  style | n=hri_font | composite's readable line: {n}
GS ( k fn=34/50 | 1D 28 6B 0006-093E 34 50 30 00-FF... | Composite symbology: store the data in the symbol storage area
  memory | d=composite | composite store {d}
GS ( k fn=34/51 | 1D 28 6B 03 00 34 51 30 | Composite symbology: print the symbol data
  paper | | composite print
GS ( k fn=34/52 | 1D 28 6B 03 00 34 52 30 | Composite symbology: transmit the size information
  reply | | asks how big the composite would be
GS ( k fn=35/42 | 1D 28 6B 04 00 35 42 00/01/30/31 00-20 | Aztec Code: set the mode types and number of data layers
  style | m=full range/compact, n=auto | Aztec {m}, data layers: {n}
GS ( k fn=35/43 | 1D 28 6B 03 00 35 43 02-10 | Aztec Code: set the size of module
  style | n=dots | Aztec module: {n}
GS ( k fn=35/45 | 1D 28 6B 03 00 35 45 05-5F | Aztec Code: set the error correction level
  style | n=count | Aztec error correction: {n} %
GS ( k fn=35/50 | 1D 28 6B 0004-0EFB 35 50 30 00-FF... | Aztec Code: store the data in the symbol storage area
  memory | d=data | Aztec store {d}
GS ( k fn=35/51 | 1D 28 6B 03 00 35 51 30 | Aztec Code: print the symbol data in the symbol storage area
  paper | | Aztec print
GS ( k fn=35/52 | 1D 28 6B 03 00 35 52 30 | Aztec Code: transmit the size information of the symbol
  reply | | asks how big the Aztec code would be
GS ( k fn=36/42 | 1D 28 6B 05 00 36 42 00/01/30/31 00-90 00-90 | DataMatrix: set the symbol type, columns and rows
  style | m=square/rectangle, d1=auto, d2=auto | DataMatrix {m}, columns: {d1}, rows: {d2}
GS ( k fn=36/43 | 1D 28 6B 03 00 36 43 02-10 | DataMatrix: set the size of module
  style | n=dots | DataMatrix module: {n}
GS ( k fn=36/50 | 1D 28 6B 0004-0C2F 36 50 30 00-FF... | DataMatrix: store the data in the symbol storage area
  memory | d=data | DataMatrix store {d}
GS ( k fn=36/51 | 1D 28 6B 03 00 36 51 30 | DataMatrix: print the symbol data in the symbol storage area
  paper | | DataMatrix print
GS ( k fn=36/52 | 1D 28 6B 03 00 36 52 30 | DataMatrix: transmit the size information of the symbol
  reply | | asks how big the DataMatrix would be
"""

TABLES: Final = {
    "Barcode (1D)": rf"""
GS H | 1D 48 00-03/30-33 | Select print position of HRI characters
  style | n=none/above/below/above and below | readable line of bar codes: {{n}}
GS f | 1D 66 00-04/30-34/61/62 | Select font for HRI characters
  style | n=font | readable line of bar codes: font {{n}}
GS h | 1D 68 01-FF | Set bar code height
  style | n=dots | bar code height: {{n}}
GS k fn=A | 1D 6B 00-06 20/24/25/2A/2B/2D-2F/30-39/41-5A/61-64... 00 | Print bar code (function A, NUL at the end)
  paper | m={_FORM_A}, d=asciiz | bar code {{m}}, {{d}}
GS k fn=B | 1D 6B 41-4F 01-FF 00-FF... | Print bar code (function B, length in front)
  paper | m={_FORM_B}, n=count, d=data | bar code {{m}}, {{d}}
GS w | 1D 77 02-06/44-4C | Set bar code width
  style | n=bar_width | bar code module: {{n}} wide
""",
    "2D code GS ( k": _CODES_2D,
}
