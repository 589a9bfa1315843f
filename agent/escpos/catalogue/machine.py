"""The machine: questions and answers, buzzers, sensors, memories, its own settings.

Each entry is two lines: mnemonic | bytes | Epson's name, then meaning | parameters |
effect; ``entry`` reads them.  Source: Epson ESC/POS Application Programming Guide.
"""

from __future__ import annotations

from typing import Final

_SETTINGS: Final = r"""
GS ( D fn=14 | 1D 28 44 0003/0005 14 [01/02 00/01/30/31]... | Enable or disable real-time command
  machine | d=hex | which real-time commands (pulse, power off) are obeyed: {d}
GS ( E fn=01 | 1D 28 45 03 00 01 49 4E | Change into the user setting mode
  reply | | begins user settings; the printer answers
GS ( E fn=02 | 1D 28 45 04 00 02 4F 55 54 | End the user setting mode session
  machine | | ends user settings and resets the printer
GS ( E fn=03 | 1D 28 45 000A-FFFA 03 [01-08 30-32...]... | Change the memory switch
  machine | d=hex | memory switches: {d}
GS ( E fn=04 | 1D 28 45 02 00 04 01-08 | Transmit the settings of the memory switch
  reply | a=count | asks for memory switch {a}
GS ( E fn=05 | 1D 28 45 0004-FFFD 05 [01-03/05-0D/14-16/46-48/61/62/64-69/6F/70/74-C2 0000-FFFF]... | Set the customized setting values
  machine | d=hex | customized settings (item, value): {d}
GS ( E fn=06 | 1D 28 45 02 00 06 01-03/05-0D/14-16/46-48/61/62/64-69/6F-71/74-C1 | Transmit the customized setting values
  reply | a=count | asks for customized setting {a}
GS ( E fn=07 | 1D 28 45 04 00 07 0A/0C11/12 30/31 31/30 | Copy the user-defined page
  memory | a=count, d1=working area/storage, d2=working area/storage | copies characters of font {a} from {d1} to {d2}
GS ( E fn=08 | 1D 28 45 0005-FFFF 08 02/03 20-7E 20-7E [08/09/0A/0C 00-FF...]... | Define the data (column format) for the character code page
  memory | y=count, c=span, d=data | page of the user's own: characters {c} in columns of {y} bytes, {d}
GS ( E fn=09 | 1D 28 45 0005-FFFF 09 01/02 20-7E 20-7E [10/11/18 00-FF...]... | Define the data (raster format) for the character code page
  memory | x=count, c=span, d=data | page of the user's own: characters {c} in rows of {x} bytes, {d}
GS ( E fn=0A | 1D 28 45 03 00 0A 80-FF 80-FF | Delete the data for the character code page
  memory | c1=count, c2=count | page of the user's own: forgets characters {c1} to {c2}
GS ( E fn=0B | 1D 28 45 0003-0008 0B 01-04 30-39... | Set the configuration item for the serial interface
  machine | a=serial, d=text | serial line: {a} {d}
GS ( E fn=0C | 1D 28 45 02 00 0C 01-04 | Transmit the configuration item for the serial interface
  reply | a=serial | asks for the serial line's {a}
GS ( E fn=0D | 1D 28 45 0003-0021 0D [31/41/46/49 20-7E...]... | Set the configuration item for the Bluetooth interface
  machine | d=hidden | Bluetooth setting, {d}
GS ( E fn=0E | 1D 28 45 02 00 0E 30/31/41/46/49 | Transmit the configuration item for the Bluetooth interface
  reply | a=count | asks for Bluetooth setting {a}
GS ( E fn=0F | 1D 28 45 03 00 0F 01/20 30/31 | Set conditions for USB interface communication
  machine | a=usb, d=count | USB: {a} {d}
GS ( E fn=10 | 1D 28 45 02 00 10 01/20 | Transmit conditions for USB interface communication
  reply | a=usb | asks for the USB {a}
GS ( E fn=63 | 1D 28 45 000E-FFFF 63 [01-05 [00/01 00-64]...]... | Set the internal buzzer patterns
  machine | d=hex | buzzer patterns: {d}
GS ( E fn=64 | 1D 28 45 02 00 64 01-05 | Transmit the internal buzzer patterns
  reply | a=count | asks for buzzer pattern {a}
GS ( K fn=30 | 1D 28 4B 02 00 30 00-04/30-34 | Select the print control mode
  machine | m=count | print control mode {m}
GS ( K fn=31 | 1D 28 4B 02 00 31 80-7F | Select the print density
  machine | m=signed | print density {m} (0 is the printer's own)
GS ( K fn=32 | 1D 28 4B 02 00 32 00-0D/30-39 | Select the print speed
  machine | m=level | print speed {m} (0 is the printer's own)
GS ( K fn=61 | 1D 28 4B 02 00 61 00-04/30-34/80 | Select the number of parts for the thermal head energizing
  machine | m=level | the head prints a row in {m} parts
GS ( M fn=01/31 | 1D 28 4D 02 00 01/31 01/31 | Save the settings values from the work area into the storage area
  memory | a=1:area 1 | keeps the present settings in {a}
GS ( M fn=02/32 | 1D 28 4D 02 00 02/32 00/01/30/31 | Load the settings values stored in the storage area to the work area
  style | a=factory values/area 1 | loads the settings of {a}
GS ( M fn=03/33 | 1D 28 4D 02 00 03/33 00/01/30/31 | Select the settings values loaded to the work area after initialization
  memory | a=factory values/area 1 | after each start, settings of {a}
GS ( P fn=30 | 1D 28 50 08 00 30 FFFF 0001-FFFF 0000 01 | Set the printable area in page mode
  style | y=count | page mode's paper: {y} units long
"""

_CONTROL: Final = {
    "Status / response": r"""
DLE EOT | 10 04 01/02/03/04/07/08/12 [01/02/03] | Transmit real-time status
  reply | n=1:printer/why offline/which error/roll paper/7:ink/8:MICR or peeler/18:interface, a=count | asks at once for the status: {n} {a}
DLE DC4 fn=07 | 10 14 07 01/02/04/05 | Transmit specified status in real time
  reply | m=1:basic status/extended status/4:offline response/battery | asks at once for the {m}
ESC u | 1B 75 00/30 | Transmit peripheral device status (obsolete)
  reply | n=count | asks for the drawer's status
ESC v | 1B 76 | Transmit paper sensor status (obsolete)
  reply | | asks for the paper sensors
FS ( e fn=33 | 1C 28 65 02 00 33 b0000x000 | Enable or disable Automatic Status Back for optional functions
  reply | m=3+battery | status unasked, optional items: {m}
GS ( H fn=30 | 1D 28 48 06 00 30 30 20-7E 20-7E 20-7E 20-7E | Specify the process ID response
  reply | id=key | answers {id} when all before it is printed
GS ( H fn=31 | 1D 28 48 03 00 31 30 00-02/30-32 | Specify the offline response
  reply | n=off/when going offline/when going offline (with the cause) | offline response: {n}
GS I | 1D 49 01-03/31-33/21/23/24/41-45/60/6E-70 | Transmit printer ID
  reply | n=identity | asks who it is: {n}
GS a | 1D 61 b0x00xxxx | Enable or disable Automatic Status Back (ASB)
  reply | n=0+drawer/1+online/2+errors/3+paper/6+panel switch | status unasked when these change: {n}
GS j | 1D 6A b000000xx | Enable or disable Automatic Status Back (ASB) for ink
  reply | n=0+ink near end/1+ink end | ink status unasked when these change: {n}
GS r | 1D 72 01/02/04/31/32/34 | Transmit status
  reply | n=1:paper sensors/drawer/4:ink | asks in turn for the {n}
""",
    "Real-time control": r"""
DLE ENQ | 10 05 00/01/02 | Send real-time request to printer
  machine | n=acts as the feed button/recovers and prints on from the line that failed/recovers and forgets what it holds | {n}
DLE DC4 fn=01 | 10 14 01 00/01 01-08 | Generate pulse in real time
  machine | m=pin 2/pin 5, t=ms100 | opens the drawer at once: {m}, {t}
DLE DC4 fn=02 | 10 14 02 01 08 | Execute power-off sequence
  machine | | switches the printer off
DLE DC4 fn=03 | 10 14 03 00-07 00 00-08 01 00 | Sound buzzer in real time
  machine | a=count, r=count | buzzes at once: pattern {a}, {r} times
DLE DC4 fn=08 | 10 14 08 01 03 14 01 06 02 08 | Clear buffer(s)
  machine | | forgets all it holds; the printer answers
""",
    "Buzzer": r"""
ESC ( A fn=30 | 1B 28 41 04 00 30 30-3A 01-3F 0A-FF | Beep the external buzzer
  machine | n=level, c=count, t=ms100 | buzzes: pattern {n}, {c} times, {t} each
ESC ( A fn=61 | 1B 28 41 03 00 61 01-07 00-FF | Beep the integrated buzzer
  machine | n=count, c=count | buzzes: pattern {n}, {c} times
ESC ( A fn=62 | 1B 28 41 07 00 62 30-33 01 64 00/FF 01-32/FF 01-32 | Set the buzzer for offline causes
  machine | a=level, c=count, t1=count, t2=count | buzzes when offline (cause {a}): {c}, {t1}, {t2}
ESC ( A fn=63 | 1B 28 41 07 00 63 30 01 64 00/FF 01-32/FF 01-32 | Set the buzzer for other causes
  machine | c=count, t1=count, t2=count | buzzes when the roll is near its end: {c}, {t1}, {t2}
""",
    "Miscellaneous": r"""
ESC ( Y fn=00/01/30/31 | 1B 28 59 02 00 00/01/30/31 00/01/30/31 | Specify batch print
  machine | n=ends/begins, m=forward/backward | batch print {n}, {m}
ESC = | 1B 3D 01-03 or 00-FF | Select peripheral device
  machine | n=devices | what follows is for: {n}
ESC @ | 1B 40 | Initialize printer
  style | | back to the settings of power-on
GS ( A | 1D 28 41 02 00 00-02/30-32 01-03/31-33/40 | Execute test print
  paper | n=count, m=1:hex dump/status/rolling pattern/64:layout adjustment | test print: {m}
GS z 0 | 1D 7A 30 00-FF 00-FF | Set online recovery wait time
  machine | t1=count, t2=count | waits after a paper change: {t1}, {t2}
""",
    "Paper sensor": r"""
ESC c 3 | 1B 63 33 b0000xxxx | Select paper sensor(s) to output paper-end signals
  machine | n=0+roll near end/1+roll near end/2+roll end/3+roll end | paper-end signal from: {n}
ESC c 4 | 1B 63 34 b0000xxxx | Select paper sensor(s) to stop printing
  machine | n=0+roll near end/1+roll near end/2+slip/3+slip | printing stops at: {n}
""",
    "Panel button": r"""
ESC c 5 | 1B 63 35 bnnnnnnnx | Enable or disable panel buttons
  machine | n=work/do nothing | panel buttons {n}
""",
    "Maintenance counter": r"""
GS g 0 | 1D 67 30 00 000A-004F | Initialize maintenance counter
  machine | n=counter | sets back the counter of {n}
GS g 2 | 1D 67 32 00 000A-004F/008A-00CF | Transmit maintenance counter
  reply | n=counter | asks for the counter of {n}
""",
    "NV user memory": r"""
FS g 1 | 1C 67 31 00 00000000-000003FF 0001-0400 20-FF... | Write to NV user memory (obsolete)
  memory | a=count, n=count, d=data | the POS's own memory at {a}: writes {d}
FS g 2 | 1C 67 32 00 00000000-000003FF 0001-0400 | Read from NV user memory (obsolete)
  reply | a=count, n=count | the POS's own memory at {a}: asks for {n} bytes
GS ( C fn=00/30 | 1D 28 43 05 00 00 00/30 00 20-7E 20-7E | Delete the specified record
  memory | key=key | the POS's own memory: forgets {key}
GS ( C fn=01/31 | 1D 28 43 0006-FFFF 00 01/31 00 20-7E 20-7E 20-FF... | Store the data in the specified record
  memory | key=key, d=data | the POS's own memory: keeps {key}, {d}
GS ( C fn=02/32 | 1D 28 43 05 00 00 02/32 00 20-7E 20-7E | Transmit the data in the specified record
  reply | key=key | the POS's own memory: asks for {key}
GS ( C fn=03/33 | 1D 28 43 03 00 00 03/33 00 | Transmit capacity of the NV user memory being used
  reply | | the POS's own memory: asks how much is used
GS ( C fn=04/34 | 1D 28 43 03 00 00 04/34 00 | Transmit the remaining capacity of the NV user memory
  reply | | the POS's own memory: asks how much is left
GS ( C fn=05/35 | 1D 28 43 03 00 00 05/35 00 | Transmit the key code list
  reply | | the POS's own memory: asks for its keys
GS ( C fn=06/36 | 1D 28 43 06 00 00 06/36 00 43 4C 52 | Delete all data in the NV user memory
  memory | | the POS's own memory: forgets all
""",
}

TABLES: Final = {**_CONTROL, "Customise / print control": _SETTINGS}
