"""The paper: feeds, page mode, cuts and the drawer, labels, macros, counters.

Each entry is two lines: mnemonic | bytes | Epson's name, then meaning | parameters |
effect; ``entry`` reads them.  Source: Epson ESC/POS Application Programming Guide.
"""

from __future__ import annotations

from typing import Final

TABLES: Final = {
    "Print & feed": r"""
LF | 0A | Print and line feed
  paper | | prints the line
FF [standard] | 0C | End job (in standard mode)
  paper | | prints the line and ends the job or label
CR | 0D | Print and carriage return
  paper | | as LF if the printer's switch says so, else nothing
ESC J | 1B 4A 00-FF | Print and feed paper
  paper | n=uy | prints the line and feeds {n}
ESC K | 1B 4B 00-30 | Print and reverse feed
  paper | n=uy | prints the line and feeds back {n}
ESC d | 1B 64 00-FF | Print and feed n lines
  paper | n=count | prints the line; {n} lines of paper in all
ESC e | 1B 65 00-02 | Print and reverse feed n lines
  paper | n=count | prints the line and feeds back {n} lines
""",
    "Page mode": r"""
FF [page] | 0C | Print and return to standard mode (in page mode)
  paper | | prints the page and goes back to standard mode
CAN | 18 | Cancel print data in page mode
  paper | | empties the page's print area
ESC FF | 1B 0C | Print data in page mode
  paper | | prints the page and keeps it
ESC L | 1B 4C | Select page mode
  style | | page mode: what follows is laid out before it is printed
ESC S | 1B 53 | Select standard mode
  style | | standard mode; an unprinted page is dropped
ESC T | 1B 54 00-03/30-33 | Select print direction in page mode
  style | n=left to right from the upper left/bottom to top from the lower left/right to left from the lower right/top to bottom from the upper right | page direction: {n}
ESC W | 1B 57 0000-FFFF 0000-FFFF 0001-FFFF 0001-FFFF | Set print area in page mode
  style | x=count, y=count, dx=ux, dy=uy | page area from ({x}, {y}), {dx} wide, {dy} high
GS $ | 1D 24 0000-FFFF | Set absolute vertical print position in page mode
  style | n=uy | on at {n} from the top of the page area
GS ( Q fn=30 | 1D 28 51 0C 00 30 0000-FFFF 0000-FFFF 0000-FFFF 0000-FFFF 01 01-06 30 | Draw line
  paper | x1=count, y1=count, x2=count, y2=count, m=rule | {m} line from ({x1}, {y1}) to ({x2}, {y2})
GS ( Q fn=31 | 1D 28 51 0E 00 31 0000-FFFF 0000-FFFF 0000-FFFF 0000-FFFF 01 01-06 30 30 01 | Draw rectangle
  paper | x1=count, y1=count, x2=count, y2=count, m=rule | {m} rectangle from ({x1}, {y1}) to ({x2}, {y2})
GS ( Q fn=32 | 1D 28 51 09 00 32 0000-023F 0000-023F 01-FF 01 01-06 30 | Draw horizontal line (standard mode)
  paper | x1=count, x2=count, n=count, m=rule | {m} line across from {x1} to {x2}, feeds {n}
GS ( Q fn=33 | 1D 28 51 07 00 33 0000-023F 00/01 01 01-06 30 | Draw vertical line (standard mode)
  paper | x=count, a=ends/begins, m=rule | {m} line down the paper at {x} {a}
GS \ | 1D 5C 8000-7FFF | Set relative vertical print position in page mode
  style | n=move_y | moves down by {n}
""",
    "Mechanism (cut/drawer/head)": r"""
ESC < | 1B 3C | Return home
  machine | | moves the print head home
ESC U | 1B 55 bnnnnnnnx | Turn unidirectional print mode on or off
  machine | n=switch | printing in one direction only: {n}
ESC i | 1B 69 | Partial cut, one point left uncut (obsolete)
  paper | | cuts, one point left
ESC m | 1B 6D | Partial cut, three points left uncut (obsolete)
  paper | | cuts, three points left
ESC p | 1B 70 00/01/30/31 00-FF 00-FF | Generate pulse
  machine | m=pin 2/pin 5, t1=ms2, t2=ms2 | opens the drawer: {m}, {t1} on, {t2} off
GS V fn=00/30 | 1D 56 00/30 | Cut paper: full cut
  paper | | full cut
GS V fn=01/31 | 1D 56 01/31 | Cut paper: partial cut
  paper | | partial cut
GS V fn=41 | 1D 56 41 00-FF | Cut paper: feed, then full cut
  paper | n=uy | feeds {n} past the cutter, then full cut
GS V fn=42 | 1D 56 42 00-FF | Cut paper: feed, then partial cut
  paper | n=uy | feeds {n} past the cutter, then partial cut
GS V fn=61 | 1D 56 61 00-FF | Cut paper: full cut reserved for later
  paper | n=uy | full cut when {n} more reach the cutter
GS V fn=62 | 1D 56 62 00-FF | Cut paper: partial cut reserved for later
  paper | n=uy | partial cut when {n} more reach the cutter
GS V fn=67 | 1D 56 67 00-FF | Cut paper: feed, full cut, back to the print start
  paper | n=uy | feeds {n} past the cutter, full cut, then back
GS V fn=68 | 1D 56 68 00-FF | Cut paper: feed, partial cut, back to the print start
  paper | n=uy | feeds {n} past the cutter, partial cut, then back
""",
    "Label / paper layout": r"""
FS ( L fn=21 | 1C 28 4C 0008-001a 21 30-33 [[30-39]... 3B]... | Paper layout setting
  memory | m=receipt/label/label with black mark/receipt with black mark, d=text | paper layout: {m}, {d}
FS ( L fn=22 | 1C 28 4C 02 00 22 40/50 | Paper layout information transmission
  reply | n=64:as set/80:as in effect | asks for the paper layout, {n}
FS ( L fn=30 | 1C 28 4C 02 00 30 30 | Transmit the positioning information
  reply | | asks where the paper stands
FS ( L fn=41 | 1C 28 4C 02 00 41 30/31 | Feed paper to the label peeling position
  paper | n=if not there yet/of the next label | feeds to the peeling position {n}
FS ( L fn=42 | 1C 28 4C 02 00 42 30/31 | Feed paper to the cutting position
  paper | n=if not there yet/of the next label | feeds to the cutting position {n}
FS ( L fn=43 | 1C 28 4C 02 00 43 30-32 | Feed paper to the print starting position
  paper | n=if not there yet/of the next label/of this label | feeds to the print start {n}
FS ( L fn=50 | 1C 28 4C 02 00 50 30-39 [30-39] | Paper layout error special margin setting
  machine | n=count, m=count | margin before a layout error: {n} {m}
GS ( E fn=30 | 1D 28 45 04 00 30 43 4C 52 | Delete the paper layout
  memory | | forgets the stored paper layout
GS ( E fn=31 | 1D 28 45 0009-0024 31 {34 38/34 39/36 34} 3B [30-39...] 3B [30-39...] 3B [30-39...] 3B [30-39...] 3B [30-39...] 3B [30-39...] 3B [30-39...] 3B | Set the paper layout
  memory | d=text | stores the paper layout {d}
GS ( E fn=32 | 1D 28 45 02 00 32 40/50 | Transmit the paper layout
  reply | n=64:as set/80:as in effect | asks for the stored paper layout, {n}
GS ( E fn=33 | 1D 28 45 002D-0048 33 20-7E... | Set the control for label paper and black marks
  memory | d=text | stores how label paper and marks are handled: {d}
GS ( E fn=34 | 1D 28 45 11 00 34 20-7E... 00 | Transmit the control settings for label paper and black marks
  reply | d=text | asks how label paper and marks are handled: {d}
""",
    "Macro": r"""
GS : | 1D 3A | Start or end macro definition
  memory | | begins or ends the macro
GS ^ | 1D 5E 01-FF 00-FF 00/01 | Execute macro
  paper | r=count, t=ms100, m=at once/each time the feed button is pressed | runs the macro {r} times, {t} apart, {m}
""",
    "Serial-number counter (obsolete)": r"""
GS C 0 | 1D 43 30 00-05 00-02/30-32 | Select counter print mode (obsolete)
  memory | n=count, m=right with spaces/right with zeros/left | counter: {n} digits, {m}
GS C 1 | 1D 43 31 0000-FFFF 0000-FFFF 00-FF 00-FF | Select count mode A (obsolete)
  memory | a=count, b=count, n=count, r=count | counter from {a} to {b}, step {n}, each number {r} times
GS C 2 | 1D 43 32 0000-FFFF | Set counter (obsolete)
  memory | n=count | counter starts at {n}
GS C ; | 1D 43 3B [30-39...] 3B [30-39...] 3B [30-39...] 3B [30-39...] 3B [30-39...] 3B | Select count mode B (obsolete)
  memory | d=text | counter from; to; step; repeats; start: {d}
GS c | 1D 63 | Print counter (obsolete)
  paper | | puts the counter's number on the line and counts on
""",
}
