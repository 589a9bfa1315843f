"""Characters, their place on the line, and the wide characters of East Asia.

Each entry is two lines: mnemonic | bytes | Epson's name, then meaning | parameters |
effect; ``entry`` reads them.  Source: Epson ESC/POS Application Programming Guide.
"""

from __future__ import annotations

from typing import Final

TABLES: Final = {
    "Character": r"""
ESC SP | 1B 20 00-FF | Set right-side character spacing
  style | n=ux | space right of each character: {n}
ESC ! | 1B 21 bx0xxx00x | Select print mode(s)
  style | n=+plain/0+font B/3+emphasized/4+double height/5+double width/7+underlined | print mode: {n}
ESC % | 1B 25 bnnnnnnnx | Select or cancel the user-defined character set
  style | n=switch | user-defined characters: {n}
ESC & | 1B 26 02/03 20-7E 20-7E 00-FF... | Define user-defined characters
  memory | y=count, c=span, d=data | defines characters {c}, columns of {y} bytes, {d}
ESC - | 1B 2D 00-02/30-32 | Turn underline mode on or off
  style | n=off/1 dot thick/2 dots thick | underline: {n}
ESC ? | 1B 3F 20-7E | Cancel user-defined characters
  memory | n=char | forgets the user-defined character {n}
ESC E | 1B 45 bnnnnnnnx | Turn emphasized mode on or off
  style | n=switch | emphasized: {n}
ESC G | 1B 47 bnnnnnnnx | Turn double-strike mode on or off
  style | n=switch | double-strike: {n}
ESC M | 1B 4D 00-04/30-34/61/62 | Select character font
  style | n=font | font {n}
ESC R | 1B 52 00-11/42-4B/52 | Select an international character set
  style | n=country | national characters: {n}
ESC V | 1B 56 00-02/30-32 | Turn 90° clockwise rotation mode on or off
  style | n=off/on (1 dot between)/on (1.5 dots between) | turned 90° clockwise: {n}
ESC r | 1B 72 00/01/30/31 | Select print color
  style | n=black/second colour | print colour: {n}
ESC t | 1B 74 00-08/0B-1A/1E-35/42-4B/52/FE/FF | Select character code table
  style | n=page | code page {n}
ESC { | 1B 7B bnnnnnnnx | Turn upside-down print mode on or off
  style | n=switch | upside-down: {n}
GS ( N fn=30 | 1D 28 4E 02 00 30 30-33 | Select character color
  style | m=colour | character colour: {m}
GS ( N fn=31 | 1D 28 4E 02 00 31 30-33 | Select background color
  style | m=colour | background colour: {m}
GS ( N fn=32 | 1D 28 4E 03 00 32 00/01/30/31 30-33 | Turn shading mode on or off
  style | m=switch, a=colour | shading: {m}, {a}
GS ! | 1D 21 b0xxx0yyy | Select character size
  style | n=size | character size: {n}
GS B | 1D 42 bnnnnnnnx | Turn white/black reverse print mode on or off
  style | n=switch | white on black: {n}
GS b | 1D 62 bnnnnnnnx | Turn smoothing mode on or off
  none: the edges of big characters look the same to a reader | n=switch | smoothing: {n}
""",
    "Line spacing": r"""
ESC 2 | 1B 32 | Select default line spacing
  style | | line spacing: the default (about 1/6 inch)
ESC 3 | 1B 33 00-FF | Set line spacing
  style | n=uy | line spacing: {n}
""",
    "Print position": r"""
HT | 09 | Horizontal tab
  style | | on to the next tab stop
ESC $ | 1B 24 0000-FFFF | Set absolute print position
  style | n=ux | on at {n} from the left margin
ESC D | 1B 44 [01-FF]... 00 | Set horizontal tab positions
  style | n=tabs | tab stops at columns: {n}
ESC \ | 1B 5C 8000-7FFF | Set relative print position
  style | n=move_x | moves by {n}
ESC a | 1B 61 00-02/30-32 | Select justification
  style | n=left/centre/right | justification: {n}
GS L | 1D 4C 0000-FFFF | Set left margin
  style | n=ux | left margin: {n}
GS P | 1D 50 00-FF 00-FF | Set horizontal and vertical motion units
  style | x=per_inch, y=per_inch | motion units: {x} across, {y} down
GS T | 1D 54 00/01/30/31 | Set print position to the beginning of print line
  style | n=after dropping what is pending/after printing what is pending | back to the start of the line, {n}
GS W | 1D 57 0000-FFFF | Set print area width
  style | n=ux | print area width: {n}
""",
    "Kanji / multibyte": r"""
FS ! | 1C 21 bx000xx00 | Select print mode(s) for Kanji characters
  style | n=+plain/2+double width/3+double height/7+underlined | kanji print mode: {n}
FS & | 1C 26 | Select Kanji character mode
  style | | two-byte characters from here on
FS ( A fn=30 | 1C 28 41 02 00 30 00-02/30-32 | Select Kanji character font
  style | n=A/B/C | kanji font {n}
FS ( C fn=30 | 1C 28 43 02 00 30 01/02/31/32 | Select character encode system
  style | n=1:code page/UTF-8 | character encoding: {n}
FS ( C fn=3C | 1C 28 43 03 00 3C 00/01 00/0B/14/1E/29 | Set font priority
  none: only the design of shared ideographs changes | m=first/second, n=0:ANK/11:Japanese/20:simplified Chinese/30:traditional Chinese/41:Korean | {m} font looked into for UTF-8: {n}
FS - | 1C 2D 00-02/30-32 | Turn underline mode on or off for Kanji characters
  style | n=off/1 dot thick/2 dots thick | kanji underline: {n}
FS . | 1C 2E | Cancel Kanji character mode
  style | | one-byte characters from here on
FS 2 | 1C 32 7721-777E/EC40-EC9E/FEA1-FEFE 00-FF x 72 | Define user-defined Kanji characters
  memory | c=code, d=data | defines the kanji of code {c}, {d}
FS ? | 1C 3F 7721-777E/EC40-EC9E/FEA1-FEFE | Cancel user-defined Kanji characters
  memory | c=code | forgets the kanji of code {c}
FS C | 1C 43 00-02/30-32 | Select Kanji character code system
  style | n=JIS/Shift JIS/Shift JIS-2004 | kanji code system: {n}
FS S | 1C 53 00-FF/00-20 00-FF/00-20 | Set Kanji character spacing
  style | n1=ux, n2=ux | kanji spacing: left {n1}, right {n2}
FS W | 1C 57 bnnnnnnnx | Turn quadruple-size mode on or off for Kanji characters
  style | n=switch | kanji double in both directions: {n}
""",
}
