"""Pictures: sent with the job, or stored in the printer and called by key.

Each entry is two lines: mnemonic | bytes | Epson's name, then meaning | parameters |
effect; ``entry`` reads them.  Source: Epson ESC/POS Application Programming Guide.
"""

from __future__ import annotations

from typing import Final

_SCALES: Final = "scale 1x1/scale 2x1/scale 1x2/scale 2x2"

_ASKED: Final = r"""
GS ( L fn=30/00/30 | 1D 28 4C 02 00 30 00/30 | Transmit the NV graphics memory capacity
  reply | | asks how much memory there is for stored pictures
GS ( L fn=30/01/31 | 1D 28 4C 04 00 30 01/31 32/33 32/33 | Set the reference dot density for graphics
  style | x=density, y=density | graphics density: {x} across, {y} down
GS ( L fn=30/02/32 | 1D 28 4C 02 00 30 02/32 | Print the graphics data in the print buffer
  paper | | prints the picture that was put into the buffer
GS ( L fn=30/03/33 | 1D 28 4C 02 00 30 03/33 | Transmit the remaining capacity of the NV graphics memory
  reply | | asks how much room is left for stored pictures
GS ( L fn=30/04/34 | 1D 28 4C 02 00 30 04/34 | Transmit the remaining capacity of the download graphics memory
  reply | | asks how much room is left for pictures until reset
GS ( L fn=30/40 | 1D 28 4C 04 00 30 40 4B 43 | Transmit the key code list for defined NV graphics
  reply | | asks for the keys of the stored pictures
GS ( L fn=30/41 | 1D 28 4C 05 00 30 41 43 4C 52 | Delete all NV graphics data
  memory | | forgets all stored pictures
GS ( L fn=30/42 | 1D 28 4C 04 00 30 42 20-7E 20-7E | Delete the specified NV graphics data
  memory | key=key | forgets the stored picture {key}
GS ( L fn=30/45 | 1D 28 4C 06 00 30 45 20-7E 20-7E 01/02 01/02 | Print the specified NV graphics data
  paper | key=key, x=count, y=count | prints the stored picture {key}, scale {x}x{y}
GS ( L fn=30/50 | 1D 28 4C 04 00 30 50 4B 43 | Transmit the key code list for defined download graphics
  reply | | asks for the keys of the pictures kept until reset
GS ( L fn=30/51 | 1D 28 4C 05 00 30 51 43 4C 52 | Delete all download graphics data
  memory | | forgets all pictures kept until reset
GS ( L fn=30/52 | 1D 28 4C 04 00 30 52 20-7E 20-7E | Delete the specified download graphics data
  memory | key=key | forgets the picture {key} kept until reset
GS ( L fn=30/55 | 1D 28 4C 06 00 30 55 20-7E 20-7E 01/02 01/02 | Print the specified download graphics data
  paper | key=key, x=count, y=count | prints the picture {key} kept until reset, scale {x}x{y}
"""

_STORED: Final = r"""
GS ( L fn=30/43 | 1D 28 4C 000C-FFFF 30 43 30/34 20-7E 20-7E 01-04 0001-2000 0001-0900 [31-34 00-FF...]... | Define the NV graphics data (raster)
  memory | a=tone, key=key, b=count, x=count, y=count, d=data | stores the picture {key}: {x} x {y} dots, {a}, colours: {b}, {d}
GS 8 L fn=30/43 | 1D 38 4C 0000000C-FFFFFFFF 30 43 30/34 20-7E 20-7E 01-04 0001-2000 0001-0900 [31-34 00-FF...]... | Define the NV graphics data (raster, long)
  memory | a=tone, key=key, b=count, x=count, y=count, d=data | stores the picture {key}: {x} x {y} dots, {a}, colours: {b}, {d}
GS ( L fn=30/44 | 1D 28 4C 000C-FFFF 30 44 30 30 20-7E 20-7E 01/02 0001-2000 0001-0900 [31-33 00-FF...]... | Define the NV graphics data (column)
  memory | key=key, b=count, x=count, y=count, d=data | stores the picture {key}: {x} x {y} dots in columns, colours: {b}, {d}
GS 8 L fn=30/44 | 1D 38 4C 0000000C-FFFFFFFF 30 44 30 30 20-7E 20-7E 01/02 0001-2000 0001-0900 [31-33 00-FF...]... | Define the NV graphics data (column, long)
  memory | key=key, b=count, x=count, y=count, d=data | stores the picture {key}: {x} x {y} dots in columns, colours: {b}, {d}
GS ( L fn=30/53 | 1D 28 4C 000C-FFFF 30 53 30/34 20-7E 20-7E 01-04 0001-2000 0001-0900 [31-34 00-FF...]... | Define the downloaded graphics data (raster)
  memory | a=tone, key=key, b=count, x=count, y=count, d=data | keeps the picture {key} until reset: {x} x {y} dots, {a}, colours: {b}, {d}
GS 8 L fn=30/53 | 1D 38 4C 0000000C-FFFFFFFF 30 53 30/34 20-7E 20-7E 01-04 0001-2000 0001-0900 [31-34 00-FF...]... | Define the downloaded graphics data (raster, long)
  memory | a=tone, key=key, b=count, x=count, y=count, d=data | keeps the picture {key} until reset: {x} x {y} dots, {a}, colours: {b}, {d}
GS ( L fn=30/54 | 1D 28 4C 000C-FFFF 30 54 30 30 20-7E 20-7E 01/02 0001-2000 0001-0900 [31-33 00-FF...]... | Define the downloaded graphics data (column)
  memory | key=key, b=count, x=count, y=count, d=data | keeps the picture {key} until reset: {x} x {y} dots in columns, colours: {b}, {d}
GS 8 L fn=30/54 | 1D 38 4C 0000000C-FFFFFFFF 30 54 30 30 20-7E 20-7E 01/02 0001-2000 0001-0900 [31-33 00-FF...]... | Define the downloaded graphics data (column, long)
  memory | key=key, b=count, x=count, y=count, d=data | keeps the picture {key} until reset: {x} x {y} dots in columns, colours: {b}, {d}
GS ( L fn=30/70 | 1D 28 4C 000B-FFFF 30 70 30/34 01/02 01/02 31-34 0001-0960 0001-0960 00-FF... | Store the graphics data in the print buffer (raster)
  paper | a=tone, bx=count, by=count, c=colour, x=count, y=count, d=data | puts a picture into the buffer: {x} x {y} dots, scale {bx}x{by}, {a}, {c}, {d}
GS 8 L fn=30/70 | 1D 38 4C 0000000B-FFFFFFFF 30 70 30/34 01/02 01/02 31-34 0001-0960 0001-0960 00-FF... | Store the graphics data in the print buffer (raster, long)
  paper | a=tone, bx=count, by=count, c=colour, x=count, y=count, d=data | puts a picture into the buffer: {x} x {y} dots, scale {bx}x{by}, {a}, {c}, {d}
GS ( L fn=30/71 | 1D 28 4C 000B-FFFF 30 71 30 01/02 01/02 31-33 0001-0800 0001-0080 00-FF... | Store the graphics data in the print buffer (column)
  paper | bx=count, by=count, c=colour, x=count, y=count, d=data | puts a picture into the buffer: {x} x {y} dots in columns, scale {bx}x{by}, {c}, {d}
GS 8 L fn=30/71 | 1D 38 4C 0000000B-FFFFFFFF 30 71 30 01/02 01/02 31-33 0001-0800 0001-0080 00-FF... | Store the graphics data in the print buffer (column, long)
  paper | bx=count, by=count, c=colour, x=count, y=count, d=data | puts a picture into the buffer: {x} x {y} dots in columns, scale {bx}x{by}, {c}, {d}
GS D fn=30/43 | 1D 44 30 43 30 20-7E 20-7E 30/34 31 42 4D 00000042-FFFFFFFF 00-FF... | Define Windows BMP NV graphics data
  memory | key=key, b=tone, n=count, d=data | stores a BMP file of {n} bytes as the picture {key}, {b}, {d}
GS D fn=30/53 | 1D 44 30 53 30 20-7E 20-7E 30/34 31 42 4D 00000042-FFFFFFFF 00-FF... | Define Windows BMP download graphics data
  memory | key=key, b=tone, n=count, d=data | keeps a BMP file of {n} bytes as the picture {key} until reset, {b}, {d}
"""

_OLDER: Final = rf"""
ESC * | 1B 2A 00/01/20/21 0001-0960 00-FF... | Select bit-image mode
  paper | m=0:8-dot single density/1:8-dot double density/32:24-dot single density/33:24-dot double density, n=count, d=data | bit image, {{m}}, {{n}} columns, {{d}}
FS p | 1C 70 01-FF 00-03/30-33 | Print NV bit image (obsolete)
  paper | n=count, m={_SCALES} | prints the stored logo number {{n}}, {{m}}
FS q | 1C 71 01-FF [0001-03FF 0001-0240 00-FF...]... | Define NV bit image (obsolete)
  memory | n=count, d=logos | stores {{n}} logos in place of all older ones: {{d}}
GS * | 1D 2A 01-FF 01-FF 00-FF... | Define downloaded bit image (obsolete)
  memory | x=eights, y=eights, d=data | keeps a bit image of {{x}} x {{y}} dots until reset, {{d}}
GS / | 1D 2F 00-03/30-33 | Print downloaded bit image (obsolete)
  paper | m={_SCALES} | prints the downloaded bit image, {{m}}
GS Q 0 | 1D 51 30 00-03/30-33 0001-10A0 0001-0010 00-FF... | Print variable vertical size bit image (obsolete)
  paper | m={_SCALES}, x=count, y=eights, d=data | bit image {{x}} x {{y}} dots in columns, {{m}}, {{d}}
GS v 0 | 1D 76 30 00-03/30-33 0001-FFFF 0001-11FF 00-FF... | Print raster bit image (obsolete)
  paper | m={_SCALES}, x=eights, y=count, d=data | raster {{x}} x {{y}} dots, {{m}}, {{d}}
"""

TABLES: Final = {
    "Bit image / graphics / NV logo": _ASKED + _STORED + _OLDER,
    "Receipt enhancement (top/bottom logo)": r"""
FS ( E fn=3C | 1C 28 45 06 00 3C 02 30/31 43 4C 52 | Cancel set values for top/bottom logo printing
  memory | n=top/bottom | forgets the {n} logo setting
FS ( E fn=3D | 1C 28 45 03 00 3D 02 30-32 | Transmit set values for top/bottom logo printing
  reply | n=top logo/bottom logo/extended settings | asks for the {n} setting
FS ( E fn=3E | 1C 28 45 06 00 3E 02 20-7E 20-7E 30-32 00-FF | Set top logo printing
  memory | key=key, a=left/centre/right, n=count | top of each receipt: stored picture {key}, {a}, {n} lines taken away after it
FS ( E fn=3F | 1C 28 45 05 00 3F 02 20-7E 20-7E 30-32 | Set bottom logo printing
  memory | key=key, a=left/centre/right | bottom of each receipt: stored picture {key}, {a}
FS ( E fn=40 | 1C 28 45 0004-000C 40 02 [30/40-43 30/31]... | Make extended settings for top/bottom logo printing
  memory | d=hex | when the top and bottom logos print: {d}
FS ( E fn=41 | 1C 28 45 04 00 41 02 30/31 30/31 | Enable or disable top/bottom logo printing
  memory | m=top/bottom, n=on/off | {m} logo: {n}
""",
}
