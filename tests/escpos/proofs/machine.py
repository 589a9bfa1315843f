"""Drawer, buzzer, device, reset, saved settings, macros, the printer's own counter."""

from __future__ import annotations

from tests.escpos.proofs.proof import Proof, family, u16

DLE, ESC, GS = b"\x10", b"\x1b", b"\x1d"

_DEFINE = GS + b":"
_COUNT = GS + b"c\n"
_BEEP = family(ESC + b"(A", b"\x30\x31\x02\x0a")
_BUZZ = family(ESC + b"(A", b"\x61\x03\x02")

_DEVICES = {
    # m of 0 is connector pin 2, times in 2 ms
    "ESC p": Proof(
        ESC + b"p\0\x19\xfa" + ESC + b"p1\x0a\x14",
        ESC + b"p1\x0a\x14",
        ("kick 0 50/500 ms", "kick 1 20/40 ms"),
    ),
    # t * 100 ms on, and as long off
    "DLE DC4 fn=01": Proof(
        DLE + b"\x14\1\1\2", DLE + b"\x14\1\1\2", ("kick 1 200/200 ms",)
    ),
    "DLE DC4 fn=03": Proof(
        b"A\n" + DLE + b"\x14\3\1\0\2\1\0",
        DLE + b"\x14\3\1\0\2\1\0",
        ('"A"@0 /30', "buzz"),
    ),
    "ESC ( A fn=30": Proof(b"A\n" + _BEEP, _BEEP, ('"A"@0 /30', "buzz")),
    "ESC ( A fn=61": Proof(b"A\n" + _BUZZ, _BUZZ, ('"A"@0 /30', "buzz")),
    # what the customer display alone is told is not printed
    "ESC =": Proof(
        b"A\n" + ESC + b"=\2B\n" + ESC + b"=\1C\n",
        ESC + b"=\2",
        ('"A"@0 /30', '"C"@0 /30'),
    ),
}

_CENTRE = ESC + b"a\1"
_BOLD = ESC + b"E\1"
_SAVE, _LOAD, _START = (
    family(GS + b"(M", each) for each in (b"\1\1", b"\2\1", b"\3\1")
)

_SETTINGS = {
    "ESC @": Proof(
        _BOLD + _CENTRE + ESC + b"3\x50" + GS + b"L" + u16(96) + ESC + b"@A\n",
        ESC + b"@",
        ('"A"@0 /30',),
    ),
    # "saves the setting values of commands .. stored in the work area"
    "GS ( M fn=01/31": Proof(
        _BOLD + _SAVE + ESC + b"@A" + _LOAD + b"B\n",
        _SAVE,
        ('"A"@0 "B"@12[bold] /30',),
    ),
    "GS ( M fn=02/32": Proof(
        _BOLD + _SAVE + ESC + b"@A" + _LOAD + b"B\n",
        _LOAD,
        ('"A"@0 "B"@12[bold] /30',),
    ),
    # the values that each initialization, ESC @ too, begins with
    "GS ( M fn=03/33": Proof(
        _BOLD + _SAVE + ESC + b"E\0" + _START + ESC + b"@A\n",
        _START,
        ('"A"@0[bold] /30',),
    ),
}

_MACROS = {
    # "while the macro is defined, the printing is also executed"
    "GS :": Proof(
        _DEFINE + b"A\n" + _DEFINE + b"B\n" + GS + b"^\2\0\0",
        _DEFINE,
        ('"A"@0 /30', '"B"@0 /30', '"A"@0 /30', '"A"@0 /30'),
    ),
    # settings that the macro makes stay in force behind it
    "GS ^": Proof(
        _DEFINE + b"A\n" + _BOLD + _DEFINE + ESC + b"E\0" + GS + b"^\1\0\0B\n",
        GS + b"^\1\0\0",
        ('"A"@0 /30', '"A"@0 /30', '"B"@0[bold] /30'),
    ),
}

_COUNTERS = {
    # four digits, filled up with zeros on the left; more digits than that are cut off
    "GS C 0": Proof(
        GS + b"C0\4\1" + _COUNT + GS + b"C2" + u16(12345) + _COUNT,
        GS + b"C0\4\1",
        ('"0001"@0 /30', '"2345"@0 /30'),
    ),
    # from 7 down to 5 in steps of 2, each number twice; then from 7 again
    "GS C 1": Proof(
        GS + b"C1" + u16(7, 5) + b"\2\2" + GS + b"C2" + u16(7) + 5 * _COUNT,
        GS + b"C1" + u16(7, 5) + b"\2\2",
        ('"7"@0 /30', '"7"@0 /30', '"5"@0 /30', '"5"@0 /30', '"7"@0 /30'),
    ),
    "GS C 2": Proof(
        GS + b"C2" + u16(300) + 2 * _COUNT,
        GS + b"C2" + u16(300),
        ('"300"@0 /30', '"301"@0 /30'),
    ),
    # the manual's own example: "when changing only a stepping amount .. and a counter
    # value, the setting value is [GS C ; ; ; 5 ; ; 100 ;]"
    "GS C ;": Proof(
        GS + b"C;;;5;;100;" + 2 * _COUNT + GS + b"C;1;104;4;2;103;" + 4 * _COUNT,
        GS + b"C;;;5;;100;",
        tuple(f'"{number}"@0 /30' for number in (100, 105, 103, 103, 1, 1)),
    ),
    # one more each time, on the line like any text
    "GS c": Proof(
        b"No " + GS + b"c!\n" + _COUNT,
        GS + b"c",
        ('"No 1!"@0 /30', '"2"@0 /30'),
    ),
}

MACHINE: dict[str, Proof] = {**_DEVICES, **_SETTINGS, **_MACROS, **_COUNTERS}
