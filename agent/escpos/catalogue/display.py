"""The customer display, when it hangs on the printer's line (ESC = 2).

Each entry is two lines: mnemonic | bytes | Epson's name, then meaning | parameters |
effect; ``entry`` reads them.  Source: Epson DM-D, ESC/POS display commands.
"""

from __future__ import annotations

from typing import Final

_NOT: Final = "none: shown on the customer display, not printed"

TABLES: Final = {
    "Customer display (DM-D)": rf"""
BS | 08 | Move cursor left
  {_NOT} | | cursor left
HT | 09 | Move cursor right
  {_NOT} | | cursor right
LF | 0A | Move cursor down
  {_NOT} | | cursor down
HOME | 0B | Move cursor to home position
  {_NOT} | | cursor to the upper left
CLR | 0C | Clear display screen
  {_NOT} | | clears the display
CR | 0D | Move cursor to left-most position
  {_NOT} | | cursor to the left
CAN | 18 | Clear cursor line
  {_NOT} | | clears the line
ESC % | 1B 25 00-FF | Select or cancel user-defined character set
  {_NOT} | n=switch | user-defined characters: {{n}}
ESC & | 1B 26 00/01 20-7E 20-7E 00-08 00-FF... | Define user-defined characters
  {_NOT} | y=count, c=span, x=count, d=data | defines characters {{c}}, {{x}} columns of {{y}} bytes, {{d}}
ESC = | 1B 3D 01/02/03 | Select peripheral device
  {_NOT} | n=devices | what follows is for: {{n}}
ESC ? | 1B 3F 20-7E | Cancel user-defined characters
  {_NOT} | n=char | forgets the user-defined character {{n}}
ESC @ | 1B 40 | Initialize display
  {_NOT} | | back to the settings of power-on
ESC R | 1B 52 00-11 | Select an international character set
  {_NOT} | n=country | national characters: {{n}}
ESC W | 1B 57 01-04 00/30 | Specify or cancel a window area
  {_NOT} | n=count, s=0:cancelled | window {{n}}: {{s}}
ESC t | 1B 74 00-13/1E-35/FE/FF | Select character code table
  {_NOT} | n=page | code page {{n}}
US # | 1F 23 00/01/30/31 00-14 | Turn annunciator on or off
  {_NOT} | n=off/on, m=count | annunciator {{m}}: {{n}}
US $ | 1F 24 01-14 01/02 | Move cursor to specified position
  {_NOT} | x=count, y=count | cursor to column {{x}}, line {{y}}
US ( A | 1F 28 41 0003-FFFF 30 [30/31 00-FF]... | Select displays
  {_NOT} | d=hex | which displays show it: {{d}}
US ( E | 1F 28 45 03 00 01 49 4E | Change into user setting mode
  {_NOT} | | begins user settings
US ( G | 1F 28 47 02 00 60 00/01/30/31 | Kanji character mode on or off
  {_NOT} | n=off/on | two-byte characters: {{n}}
US , | 1F 2C 20-7E/80-FF | Display character with comma
  {_NOT} | n=char | shows {{n}} with a comma
US . | 1F 2E 20-7E/80-FF | Display character with period
  {_NOT} | n=char | shows {{n}} with a period
US : | 1F 3A | Start or end macro definition
  {_NOT} | | begins or ends the macro
US ; | 1F 3B 20-7E/80-FF | Display character with semicolon
  {_NOT} | n=char | shows {{n}} with a semicolon
US @ | 1F 40 | Execute self-test
  {_NOT} | | self-test
US B | 1F 42 | Move cursor to bottom position
  {_NOT} | | cursor to the lower left
US C | 1F 43 00/01/30/31 | Turn cursor display mode on or off
  {_NOT} | n=off/on | cursor: {{n}}
US E | 1F 45 00-FF | Set display screen blink interval
  {_NOT} | n=count | blinks every {{n}} x 50 ms
US T | 1F 54 00-17 00-3B | Set and display time
  {_NOT} | h=count, m=count | shows the time {{h}}:{{m}}
US U | 1F 55 | Display time
  {_NOT} | | shows the time
US X | 1F 58 01-04 | Brightness adjustment
  {_NOT} | n=1:20 %/40 %/60 %/100 % | brightness: {{n}}
US ^ | 1F 5E 00-FF 00-FF | Execute macro
  {_NOT} | n=count, m=count | runs the macro, {{n}} x 50 ms a character, {{m}} x 50 ms apart
US r | 1F 72 00/01/30/31 | Turn reverse mode on or off
  {_NOT} | n=off/on | reverse: {{n}}
US v | 1F 76 00/01/30/31 | Status confirmation by DTR signal
  {_NOT} | n=0/1 | waits for the DTR signal, {{n}}
""",
}
