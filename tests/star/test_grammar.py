"""Every command of the list is found by its bytes, and is as long as the manual says.

The bytes are typed from the manual, not made from the table: a row that is missing or
wrong shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_letters
from typing import Final

import pytest

from agent.star import grammar
from agent.star.tokens import Command, Token, Tokeniser

LISTED: Final = """
BEL 07 | HT 09 | LF 0a | VT 0b | FF 0c | CR 0d | SO 0e | SI 0f | DC2 12 | DC4 14 | ETB 17
CAN 18 | EM 19 | SUB 1a | FS 1c | ENQ 05 | EOT 04
ESC M 1b4d | ESC P 1b50 | ESC : 1b3a | ESC g 1b67 | ESC 6 1b36 | ESC 7 1b37 | ESC SO 1b0e
ESC DC4 1b14 | ESC E 1b45 | ESC F 1b46 | ESC 4 1b34 | ESC 5 1b35 | ESC 0 1b30 | ESC 1 1b31
ESC 2 1b32 | ESC O 1b4f | ESC p 1b70 | ESC q 1b71 | ESC @ 1b40 | ESC ACK SOH 1b0601
ESC ACK CAN 1b0618
ESC * r R 1b2a7252 | ESC * r A 1b2a7241 | ESC * r B 1b2a7242 | ESC * r C 1b2a7243
ESC * r S 1b2a7253
ESC / 1b2f5a | ESC R 1b5200 | ESC SP 1b2031 | ESC W 1b5731 | ESC h 1b6831 | ESC - 1b2d31
ESC a 1b610a | ESC z 1b7a31 | ESC J 1b4a1b | ESC j 1b6a10 | ESC I 1b490c | ESC A 1b410a
ESC 3 1b331e | ESC y 1b790a | ESC N 1b4e0a | ESC l 1b6c0a | ESC Q 1b511b | ESC % 1b2531
ESC d 1b6433 | ESC $ 1b2431 | ESC U 1b5531 | ESC FF 1b0c04 | ESC GS t 1b1d7420
ESC GS a 1b1d6131 | ESC _ 1b5f31
ESC i 1b690101 | ESC s 1b733131 | ESC t 1b743131 | ESC BEL 1b070a0a | ESC ? 1b3f0a1b
ESC FS p 1b1c700130 | ESC GS A 1b1d410a0a | ESC GS R 1b1d520a0a | ESC GS c 1b1d633131
ESC GS 4 1b1d343131
ESC GS ETX 1b1d03010000 | ESC GS BEL 1b1d07010a0a | ESC GS g 1b1d67303130
ESC GS EM DC1 1b1d1911010a0a | ESC GS EM DC2 1b1d1912010a00
ESC GS SUB DC1 1b1d1a11010101 | ESC GS SUB DC2 1b1d1a12010101 | ESC GS SUB DC3 1b1d1a13010101
ESC GS h 1b1d6830313031 | ESC GS # 1b1d234e31303030300a00
ESC C 1b4314 | ESC B 1b42020400 | ESC D 1b44080a1000 | ESC b 1b6231323250313233341e
ESC # 1b232a0a00 | ESC K 1b4b01005a | ESC L 1b4c02005a5a | ESC X 1b5801005a5a5a
ESC ^ 1b5e0001005a5a | ESC & 1b26313041 | ESC GS = 1b1d3d02005a5a
ESC GS + 1b1d2b010002005a5a | ESC GS S 1b1d53010100020000ff00 | ESC GS ( S 1b1d28530502ffff
ESC FS q 1b1c710101000100ffffffffffffffff
ESC * r N 1b2a724e32005a5a | ESC * r m l 1b2a726d6c3200 | ESC * r m r 1b2a726d723200
"""
LONG: Final[Mapping[str, bytes]] = {
    "ESC r": b"\x1br1A" + bytes(72),
    "ESC k": b"\x1bk\x01\x00" + bytes(24),
    "ESC &": b"\x1b&11A" + b"\x5a" * 48,
}
FUNCTIONS: Final = """
ESC GS P 1b1d5030 1b1d5031 1b1d503231 1b1d50330a000a000a000a00 1b1d50340a0a 1b1d50350a0a
 1b1d5036 1b1d5037 1b1d5038
ESC GS x 1b1d7850 1b1d7849 1b1d784402005a5a 1b1d785330010a0a 1b1d78533102
ESC GS y 1b1d7950 1b1d7949 1b1d79533002 1b1d7944310002005a5a 1b1d794432010002005a5a
ESC GS * 1b1d2a303030325a5a 1b1d2a315a5a5a5a5a5a 1b1d2a325a5a5a5a5a 1b1d2a43 1b1d2a57
ESC GS / 1b1d2f43 1b1d2f57 1b1d2f3131 1b1d2f3231 1b1d2f3531 1b1d2f3631 1b1d2f3302005a5a
 1b1d2f3402005a5a
ESC GS s 1b1d734f5a5a5a5a5a5a5a5a5a 1b1d7350 1b1d73525a0200005a5a
ESC C 1b430a 1b430014
"""
"""Names with several layouts, by the byte behind the opcode."""


def _named() -> dict[str, bytes]:
    cells = (
        cell.strip()
        for line in LISTED.strip().splitlines()
        for cell in line.split(" | ")
    )
    return {
        name: bytes.fromhex(raw)
        for name, _, raw in (cell.rpartition(" ") for cell in cells)
    }


def _layouts() -> list[tuple[str, bytes]]:
    found = []
    for entry in FUNCTIONS.replace("\n ", " ").strip().splitlines():
        words = entry.split()
        raws = [word for word in words if word.startswith("1b")]
        name = " ".join(words[: len(words) - len(raws)])
        found += [(name, bytes.fromhex(raw)) for raw in raws]
    return found


COMMANDS: Final = [*_named().items(), *LONG.items(), *_layouts()]


def tokens(raw: bytes) -> list[Token]:
    reader = Tokeniser()
    return [*reader.feed(raw), *reader.close()]


@pytest.mark.parametrize(("name", "raw"), COMMANDS)
def test_a_command_has_its_name_and_its_length(name: str, raw: bytes) -> None:
    first, *rest = tokens(raw + b"~")
    assert isinstance(first, Command)
    assert (first.name, first.raw) == (name, raw)
    assert [each.raw for each in rest] == [b"~"]


@pytest.mark.parametrize(
    "raw", [b"\x1b\x1d\x03\1\0\0", b"\x1b\x1dP6", b"\x1b\x1dxP", b"\x1b\x1dyI"]
)
def test_the_function_stands_first_in_some(raw: bytes) -> None:
    (found, _) = tokens(raw + b"~")
    assert isinstance(found, Command)
    assert found.fn == raw[3]


@pytest.mark.parametrize("letter", ascii_letters)
def test_families_have_every_letter(letter: str) -> None:
    code = letter.encode()
    for bracket in "()":
        raw = b"\x1b\x1d" + bracket.encode() + code + b"\2\0YZ"
        name = f"ESC GS {bracket} {letter}"
        if name != "ESC GS ( S":
            (found, _) = tokens(raw + b"~")
            assert isinstance(found, Command)
            fn = raw[7] if name == "ESC GS ( L" else raw[6]
            assert (found.name, found.raw, found.fn) == (name, raw, fn)
    if letter not in "ABCRSmN":
        raw = b"\x1b*r" + code + b"12\0"
        (found, _) = tokens(raw + b"~")
        assert isinstance(found, Command)
        assert (found.name, found.raw) == (f"ESC * r {letter}", raw)


@pytest.mark.parametrize("code", range(0x21, 0x7F))
def test_record_separator_begins_a_family(code: int) -> None:
    raw = bytes((0x1B, 0x1E, code, 0x31))
    (found, _) = tokens(raw + b"~")
    assert isinstance(found, Command)
    assert (found.name, found.raw) == (f"ESC RS {chr(code)}", raw)


@pytest.mark.parametrize("digit", range(10))
def test_syn_begins_a_family_of_digits(digit: int) -> None:
    raw = bytes((0x1B, 0x16, 0x30 + digit, 0x31))
    (found, _) = tokens(raw + b"~")
    assert isinstance(found, Command)
    assert (found.name, found.raw) == (f"ESC SYN {digit}", raw)


def test_every_row_is_typed_here() -> None:
    families = {row.name for row in grammar._FAMILIES}
    names = {row.name for row in grammar.ROWS.values()} - families
    typed = {name for name, _ in COMMANDS}
    assert typed - families == names
