"""Slips, cheques, magnetic ink and scanners: stations beside the paper roll.

Nothing here marks the roll, so nothing here has a meaning to us; it is named, so
that a job for such a printer can be read.

Each entry is two lines: mnemonic | bytes | Epson's name, then meaning | parameters |
effect; ``entry`` reads them.  Source: Epson ESC/POS Application Programming Guide.
"""

from __future__ import annotations

from typing import Final

_OTHER: Final = "none: a slip or cheque is not the receipt"
_ASKS: Final = "none: there is no such station to answer for"

TABLES: Final = {
    "Slip/cheque/MICR/scanner": rf"""
FF [slip page] | 0C | Print and return to standard mode (slip, in page mode)
  {_OTHER} | | prints the page on the slip and goes back to standard mode
FF [slip] | 0C | Print and eject cut sheet
  {_OTHER} | | prints and ejects the slip
ESC C | 1B 43 00-FF | Set cut sheet eject length
  {_OTHER} | n=count | slip eject length: {{n}}
ESC F | 1B 46 bnnnnnnnx | Set or cancel cut sheet reverse eject
  {_OTHER} | n=switch | slip leaves backwards: {{n}}
ESC c 0 | 1B 63 30 b0000xxxx | Select paper type(s) for printing
  {_OTHER} | n=stations | prints on: {{n}}
ESC c 1 | 1B 63 31 b0x00xxxx | Select paper type(s) for command settings
  {_OTHER} | n=stations | settings are for: {{n}}
ESC f | 1B 66 00-0F 00-40 | Set cut sheet wait time
  {_OTHER} | t1=count, t2=ms100 | waits for a slip {{t1}} minutes, then {{t2}}
ESC q | 1B 71 | Release paper
  {_OTHER} | | lets go of the slip
FS ( f fn=[00-03/30-33 | 1C 28 66 0002-FFFF [00-03/30-33 00-FF|00/01/30/31]... | Select MICR data handling
  {_OTHER} | d=hex | cheque reading, how to handle errors: {{d}}
FS ( g fn=20/30/31 | 1C 28 67 02 00 20 30/31 | Select image scanner for command settings
  {_OTHER} | m=cheque scanner/card scanner | settings are for the {{m}}
FS ( g fn=28/30 | 1C 28 67 05 00 28 30 01/08 31/32 80-7F | Set basic operation of image scanner
  {_OTHER} | b=count, c=level, n=signed | scanner: {{b}} bits a dot, mode {{c}}, threshold {{n}}
FS ( g fn=29/00-62 | 1C 28 67 05 00 29 00-62 00-E4 00/02-64 00/02-E6 | Set scanning area
  {_OTHER} | x1=count, y1=count, x2=count, y2=count | scans from ({{x1}}, {{y1}}) to ({{x2}}, {{y2}}) mm
FS ( g fn=32/30-32 | 1C 28 67 03 00 32 30-32 30-32 | Select compression method for image data
  {_OTHER} | m=level, n=level | scanned image: compression {{m}}, {{n}}
FS ( g fn=38/00-0A | 1C 28 67 02 00 38 00-0A | Delete cropping area
  {_OTHER} | n=count | forgets cropping area {{n}} (0: all)
FS ( g fn=39/00-0A | 1C 28 67 06 00 39 00-0A 00-64 00-E4 02-64 02-E6 | Set cropping area
  {_OTHER} | n=count, x1=count, y1=count, x2=count, y2=count | cropping area {{n}}: ({{x1}}, {{y1}}) to ({{x2}}, {{y2}}) mm
FS ( g fn=3C/30-32 | 1C 28 67 02 00 3C 30-32 | Select transmission format for image scanning result
  {_OTHER} | n=binary/hexadecimal/printable | scanned image is sent as {{n}}
FS ( g fn=50/30 | 1C 28 67 02 00 50 30 | Transmit setting value for basic operations of the image scanner
  {_ASKS} | | asks for the scanner's operation
FS ( g fn=51/30 | 1C 28 67 02 00 51 30 | Transmit setting value of the scanning area
  {_ASKS} | | asks for the scanning area
FS ( g fn=5A/30 | 1C 28 67 02 00 5A 30 | Transmit setting value of the compression method for image data
  {_ASKS} | | asks for the image compression
FS ( g fn=61/30 | 1C 28 67 02 00 61 30 | Transmit setting value of the cropping area
  {_ASKS} | | asks for the cropping areas
FS ( g fn=64/30 | 1C 28 67 02 00 64 30 | Transmit setting value of the transmission format for image scanning result
  {_ASKS} | | asks for the transmission format
FS L | 1C 4C | Select double density page mode
  {_OTHER} | | page mode of double density on the slip
FS a 0 | 1C 61 30 b000000xx | Read check paper (obsolete)
  {_OTHER} | n=count | reads the cheque's magnetic line, font {{n}}
FS a 1 | 1C 61 31 | Load check paper to print starting position (obsolete)
  {_OTHER} | | feeds the cheque to where printing starts
FS a 2 | 1C 61 32 | Eject check paper (obsolete)
  {_OTHER} | | ejects the cheque
FS b | 1C 62 | Request transmission of check paper reading result (obsolete)
  {_ASKS} | | asks for the cheque's magnetic line
FS c | 1C 63 | Clean MICR mechanism
  {_OTHER} | | cleaning of the cheque reader
GS ( B | 1D 28 42 0002/0003/0005/0007/0009 61 00|[31/33/45/46 2C/2D/37/38]... | Customize ASB status bits
  {_OTHER} | d=hex | what the status bits of the slip mean: {{d}}
GS ( G fn=20 | 1D 28 47 02 00 20 b0100xxxx | Transmit status of the cut sheet
  {_ASKS} | n=hex | asks for the slip's status {{n}}
GS ( G fn=30 | 1D 28 47 02 00 30 04/44 | Select the side of the slip (face or back)
  {_OTHER} | n=4:face/68:back | prints on the slip's {{n}}
GS ( G fn=3C | 1D 28 47 04 00 3C 01 00 00/01 | Read magnetic ink character and transmit reading result
  {_ASKS} | n=E13B/CMC7 | reads the cheque's magnetic line ({{n}}) and sends it
GS ( G fn=3D | 1D 28 47 03 00 3D 01 00 | Retransmit magnetic ink character reading result
  {_ASKS} | | asks again for the cheque's magnetic line
GS ( G fn=40 | 1D 28 47 0005-0405 40 0000-FFFF 00/01 01-03 00 30 0000 00-FF... | Read data and transmit resulting information
  {_ASKS} | id=count, n=count, m=count, d=data | reads cheque {{id}} ({{n}}, {{m}}) and sends it, {{d}}
GS ( G fn=41 | 1D 28 47 0005-0405 41 0001-FFFF 30/31 30 00-FF... | Scan image data and transmit image scanning result
  {_ASKS} | id=count, a=cheque/card, d=data | scans the {{a}} as {{id}} and sends it, {{d}}
GS ( G fn=42 | 1D 28 47 0003-0004 42 0001-FFFF [30/31] | Retransmit image scanning result
  {_ASKS} | id=count, a=cheque/card | asks again for the scan {{id}} {{a}}
GS ( G fn=43 | 1D 28 47 02 00 43 30 | Execute pre-scan
  {_OTHER} | | trial scan of a card
GS ( G fn=44 | 1D 28 47 04 00 44 30 0001-FFFF | Delete image scanning result with specified data ID
  {_OTHER} | id=count | forgets the scan {{id}}
GS ( G fn=45 | 1D 28 47 05 00 45 30 43 4C 52 | Delete all image scanning result
  {_OTHER} | | forgets all scans
GS ( G fn=46 | 1D 28 47 04 00 46 30 49 44 | Transmit data ID list of image scanning result
  {_ASKS} | | asks for the list of scans
GS ( G fn=47 | 1D 28 47 02 00 47 30 | Transmit remaining capacity of NV memory for image data storage
  {_ASKS} | | asks how much room is left for scans
GS ( G fn=50 | 1D 28 47 02 00 50 b00xxxxxx | Select active sheet
  {_OTHER} | n=hex | active sheet {{n}}
GS ( G fn=51 | 1D 28 47 02 00 51 30 | Start pre-process for cut sheet insertion
  {_OTHER} | | makes ready for a slip
GS ( G fn=52 | 1D 28 47 02 00 52 30 | End pre-process for cut sheet insertion
  {_OTHER} | | no longer ready for a slip
GS ( G fn=53 | 1D 28 47 02 00 53 30 | Execute waiting process for cut sheet insertion
  {_OTHER} | | waits for a slip
GS ( G fn=54 | 1D 28 47 02 00 54 01 | Feed to print starting position for slip
  {_OTHER} | | feeds the slip to where printing starts
GS ( G fn=55 | 1D 28 47 02 00 55 30/31 | Finish processing of cut sheet
  {_OTHER} | n=ejects/releases | {{n}} the slip
GS ( z fn=2A/[3C/40-42/46 | 1D 28 7A 0003-FFFF 2A [3C/40-42/46 00/01/30/31]... | Set read operations of check paper
  {_OTHER} | d=hex | how cheques are read: {{d}}
GS ( z fn=30/30 | 1D 28 7A 02 00 30 30 | Set or cancel the operation to feed cut sheets to the print starting position
  {_OTHER} | | feeds a slip when it is put in
GS ( z fn=3E/30 | 1D 28 7A 02 00 3E 30 | Start saving reverse side print data
  {_OTHER} | | what follows is kept for the cheque's back
GS ( z fn=3E/31 | 1D 28 7A 02 00 3E 31 | Finish saving reverse side print data
  {_OTHER} | | end of what is kept for the cheque's back
GS ( z fn=3E/33 | 1D 28 7A 0C 00 3E 33 01-09 00000000-3B9ACAFF 00/20/30 00000000-3B9ACAFF | Set counter for reverse side print
  {_OTHER} | n=count, a=count, c=0:nothing/32:blanks/48:zeros, b=count | counter on the cheque's back: {{n}} digits from {{a}}, step {{b}}, filled up with {{c}}
GS ( z fn=3F/01 | 1D 28 7A 09 00 3F 01 00 30 00-03 00 30 00 00 | Read check data continuously and transmit data read
  {_ASKS} | n=count | reads cheque after cheque and sends them, {{n}}
GS E | 1D 45 b000x0x0x | Select head control method (obsolete)
  {_OTHER} | n=hex | head control of the slip: {{n}}
""",  # noqa: S608 -- forms, not SQL
}
