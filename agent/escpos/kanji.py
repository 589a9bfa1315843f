"""Characters of two and more bytes: where each begins and ends, and what it is.

The codes of printers for Japan, China, Taiwan and Korea, and UTF-8.  A byte that
begins no character of the code stands for itself, so that no byte is lost.

Source: Epson ESC/POS, FS & and FS C; JIS X 0208, GB 18030, Big5, KS X 1001.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from agent.escpos import utf8
from agent.escpos.pagetables import HOLE
from agent.escpos.tokens import Command, Text, Tokeniser

GETA: Final = "〓"
"""What a typesetter of Japan puts where he has no type: a character that was drawn."""


MAX_SEARCHED_BYTES: Final = 256 * 1024
"""How much of a job is searched for kanji: its pictures count as well."""
MAX_EVIDENCE_BYTES: Final = 8 * 1024
"""Four thousand characters tell one code from another."""


class Code(NamedTuple):
    """``characters`` finds runs of characters, ``begun`` one cut off at the end."""

    codec: str
    characters: re.Pattern[bytes]
    begun: re.Pattern[bytes]


def _code(codec: str, pair: bytes, begun: bytes) -> Code:
    run = re.compile(b"((?:" + pair + b")+)")
    return Code(codec, run, re.compile(b"(?:" + begun + b")\\Z"))


_JAPANESE: Final = rb"[\x81-\x9f\xe0-\xfc]"
_ANY: Final = rb"[\x81-\xfe]"

CODES: Final[Mapping[str, Code]] = {
    "cp932": _code("cp932", _JAPANESE + rb"[\x40-\x7e\x80-\xfc]", _JAPANESE),
    "shift_jis_2004": _code(
        "shift_jis_2004", _JAPANESE + rb"[\x40-\x7e\x80-\xfc]", _JAPANESE
    ),
    "jis": _code("jis", rb"[\x21-\x7e]{2}", rb"[\x21-\x7e]"),
    "gb18030": _code(
        "gb18030",
        _ANY + rb"(?:[\x40-\x7e\x80-\xfe]|[0-9]" + _ANY + rb"[0-9])",
        _ANY + rb"(?:[0-9]" + _ANY + rb"?)?",
    ),
    "big5": _code("big5hkscs", _ANY + rb"[\x40-\x7e\xa1-\xfe]", _ANY),
    "euc_kr": _code("cp949", _ANY + rb"[\x41-\x5a\x61-\x7a\x81-\xfe]", _ANY),
    "utf-8": Code("utf-8", utf8.CHARACTERS, utf8.BEGUN),
}
"""By the names that a configuration uses."""

_SIZES: Final[Mapping[str, re.Pattern[bytes]]] = {
    "gb18030": re.compile(_ANY + rb"(?:[0-9](?s:..)|(?s:.))"),
    "utf-8": re.compile(rb"[\xc2-\xdf].|[\xe0-\xef]..|[\xf0-\xf4]...", re.DOTALL),
}
_PAIR: Final = re.compile(rb"..", re.DOTALL)


def split(code: Code, run: bytes) -> list[bytes]:
    """The characters of a run that ``code.characters`` found."""
    return _SIZES.get(code.codec, _PAIR).findall(run)


@lru_cache(maxsize=8192)
def character(code: Code, raw: bytes) -> str:
    """One character; U+FFFD when the code has none there."""
    if code.codec == "jis":
        raw, codec = shifted(raw), "cp932"
    else:
        codec = code.codec
    text = raw.decode(codec, "replace")
    return text[0] if text and not "\x7f" <= text[0] <= "\x9f" else HOLE


def shifted(pair: bytes) -> bytes:
    """JIS as Shift_JIS (JIS X 0208:1997, annex 1)."""
    row, cell = pair
    lead = (row - 0x21 >> 1) + 0x81
    trail = cell + (0x7E if row % 2 == 0 else 0x1F + (cell >= 0x60))
    return bytes((lead + 0x40 if lead > 0x9F else lead, trail))


def key_of(raw: bytes) -> bytes:
    """The code under which a kanji of the POS's own is kept.

    Row 77 of JIS and EC of Shift_JIS are the same characters (Epson ESC/POS, FS 2).
    """
    in_jis = raw[0] == 0x77 and 0x21 <= raw[1] <= 0x7E
    return shifted(raw) if in_jis else raw


# -- which code is it? ------------------------------------------------------

# What receipts say, and what each language says most: enough to tell the codes apart.
_EVERYDAY: Final[Mapping[str, frozenset[str]]] = {
    "gb18030": frozenset(
        "合计小总数量单价金额收银员找零现付款谢惠顾欢迎光临日期时间店电话号码地址元会商品名称"
        "应实优折扣税发票打印机台桌人消费积分余卡微信支宝的了是不在一有我们请您再来大中份杯碗"
        "饭面菜鸡牛肉鱼茶水，。：（）、￥下次共项"
    ),
    "big5": frozenset(
        "合計小總數量單價金額收銀員找零現付款謝惠顧歡迎光臨日期時間店電話號碼地址元會商品名稱"
        "應實優折扣稅發票統一編機台桌人消費積分餘卡的是不在有我們請您再來大中份杯碗飯麵菜雞牛"
        "肉魚茶水，。：（）、＄下次共項"
    ),
    "cp932": frozenset(map(chr, range(0x3041, 0x3097)))
    | frozenset(map(chr, range(0x30A1, 0x30FD)))
    | frozenset(
        "合計小円税込消費年月日時分店電話番号様品名数量金額釣預現点領収書担当者内外売上商取引伝票"
        "￥，。：（）、・"
    ),
    "euc_kr": frozenset(
        "합계금액부가세과물품명수량단결제카드현승인번호일시매장전화주소사업자등록대표감합니다영"
        "증점원포함받은거스름돈이는을를에서의로고하입총할신용객면세율국밥커피김치"
    ),
}
# The part of each code where the common characters are.
_COMMON: Final[Mapping[str, re.Pattern[bytes]]] = {
    "gb18030": re.compile(rb"[\xa1\xa3\xb0-\xd7][\xa1-\xfe]"),
    "big5": re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]"),
    "cp932": re.compile(rb"[\x81-\x84\x88-\x97][\x40-\x7e\x80-\xfc]"),
    "euc_kr": re.compile(rb"[\xa1\xa3\xb0-\xc8][\xa1-\xfe]"),
}
_LETTER: Final = re.compile(rb"[A-Za-z]")
_ENOUGH: Final = 0.9
"""Half of the characters everyday ones, or all common ones and some of them everyday."""


def evident(text: bytes) -> str:
    """The code that ``text`` is most likely in, a name of ``CODES``, or nothing.

    ``text`` is all that a job prints in kanji mode, line ends and all.
    """
    if text.isascii():
        return "jis" if looks_like_jis(text) else ""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        scores = {name: _likely(name, text) for name in _EVERYDAY}
        best = max(scores, key=lambda name: scores[name])
        return best if scores[best] >= _ENOUGH else ""
    return "utf-8"


def _likely(name: str, text: bytes) -> float:
    """Shares of everyday and of common characters, less that of bytes left over."""
    code = CODES[name]
    parts = code.characters.split(text)
    found = [
        raw
        for before, run, after in zip(
            parts[::2], parts[1::2], parts[2::2], strict=False
        )
        for raw in _apart(split(code, run), before[-1:] + after[:1])
    ]
    if not found:
        return 0.0
    left = sum(_left_over(name, part) for part in parts[::2])
    everyday = sum(character(code, raw) in _EVERYDAY[name] for raw in found)
    common = sum(_COMMON[name].fullmatch(raw) is not None for raw in found)
    if not everyday:
        return 0.0
    return (2 * everyday + common - 2 * left) / len(found)


def _apart(run: list[bytes], beside: bytes) -> list[bytes]:
    """Nothing, if it may be an accented letter and the one behind it, inside a word."""
    return [] if len(run) == 1 and _LETTER.search(beside) else run


def _left_over(name: str, part: bytes) -> int:
    """Bytes that begin no character; a half-width kana is one of its own."""
    high = sum(byte >= 0x80 for byte in part)
    kana = sum(0xA1 <= byte <= 0xDF for byte in part) if name == "cp932" else 0
    return high - kana


def looks_like_jis(text: bytes) -> bool:
    """Words of whole pairs, and kana or punctuation in most of them.

    7-bit text in kanji mode is read in pairs only then: a POS may as well leave kanji
    mode on and print in ASCII.
    """
    words = text.split()
    if not text.isascii() or any(len(word) % 2 for word in words):
        return False
    pairs = [word[at : at + 2] for word in words for at in range(0, len(word), 2)]
    kana = sum(pair[0] in b"!$%" for pair in pairs)
    return kana > 1 and 2 * kana > len(pairs)


def text_of(job: bytes) -> bytes:
    """What a job prints in kanji mode, a line end between any two pieces."""
    tokeniser, said, size, on = Tokeniser(), list[bytes](), 0, False
    job = job[:MAX_SEARCHED_BYTES]
    for token in [*tokeniser.feed(job), *tokeniser.close()]:
        if isinstance(token, Text) and on:
            said.append(token.raw)
            size += len(token.raw)
        elif isinstance(token, Command):
            on = _is_on(token, on=on)
        if size > MAX_EVIDENCE_BYTES:
            break
    return b"\n".join(said)


def _is_on(command: Command, *, on: bool) -> bool:
    if command.name in ("FS &", "FS .", "ESC @"):
        return command.name == "FS &"
    return on or (command.name == "FS C" and command.params[0] in b"\x01\x0212")
