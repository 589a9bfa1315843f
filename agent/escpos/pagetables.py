"""Code pages that Python has no codec for: 128 characters for the bytes 80 to FF.

U+FFFD is a hole.  :data:`SECOND` follows a character that two bytes print, its
left half and its right half; only the three Kanji pages have them.

Sources: Epson, Character Code Tables (pages of ESC t); IBM's code pages 851, 853
and 1098; LST 1284 and LST 1283 (772, 774, which Epson calls 1119 and 1118);
TCVN 5712:1993; IS 13194:1991 (ISCII), whose letters stand in Unicode's blocks
in the same order.  Star's pages are named after BDS "MIK", Mazovia, KEYBCS2,
CWI-2 and ABICOMP.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

HOLE: Final = "\ufffd"
SECOND: Final = "\ue000"
"""Private use: the right half of the character before it."""

_BOXES: Final = "╣║╗╝", "┐└┴┬├─┼", "╚╔╩╦╠═╬", "┘┌█▄▌▐▀"
_LITHUANIAN: Final = (
    f"░▒▓│┤ĄČĘĖ{_BOXES[0]}ĮŠ{_BOXES[1]}ŲŪ{_BOXES[2]}Žąčęėįšųūž{_BOXES[3]}"
)

# -- Japan ----------------------------------------------------------------

_KATAKANA: Final = (
    "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├¯─│▕┌┐└┘╭╮╰╯"
    " ｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ"
    "═╞╪╡◢◣◥◤♠♥♦♣●○╱╲╳円年月日時分秒〒市区町村人▓\xa0"
)


def _halved(characters: str) -> str:
    return "".join(character + SECOND for character in characters)


_HIRAGANA: Final = (
    _halved("礎除定信緑科目々本荷特越他社瓶奉")
    + " ｡｢｣､･をぁぃぅぇぉゃゅょっｰあいうえおかきくけこさしすせそ"
    + "たちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわんﾞﾟ"
    + _halved("過足利用移下加解換攻産打納変誂件")
)
_KANJI_1: Final = _halved(
    "日扱外額割検高価会客券回在算上火水木土振数精銭総受前残止純替代値"
    "点中内部別戻門料課証組店認廃両効買号有期限頭差括非承送一棄累違番"
)
_KANJI_2: Final = _halved(
    "訂正品円種担当合計小金現釣預税引払掛入貸出支単返売取係未消費年月"
    "名個領収予約込明次不枚誤休契開閉万責終了免伝自設室商人大安仕控基"
)

# -- Thailand: TIS-620, with frames and arrows where each code puts them ----

_THAI: Final = "".join(map(chr, range(0x0E01, 0x0E3B)))
_THAI_MORE: Final = "".join(map(chr, range(0x0E3F, 0x0E5C)))
_ARROWS: Final = "←↑→↓"


def _thai(high: str, middle: str = HOLE * 4, last: str = HOLE * 4) -> str:
    """``high`` from 80; what stands at DB to DE, and from FC on."""
    return high.ljust(32, HOLE) + "\xa0" + _THAI + middle + _THAI_MORE + last


_FRAME: Final = "┌┐└┘│─├┤┴┬┼█"
_THAI_16: Final = _thai(_FRAME + _ARROWS, last=HOLE * 3 + "\xa0")

# -- Viet Nam -------------------------------------------------------------

_TONES: Final = (
    "àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ "
)

# -- India: Devanagari; the others stand as far from U+0900 as their blocks --

_ISCII: Final = (
    "\xa0ँंःअआइईउऊऋऎएऐऍऒओऔऑकखगघङचछजझञटठडढणतथदधनऩपफबभमय\u095fरऱलळऴवशषसह"
    f"{HOLE}ािीुूृॆेैॅॊोौॉ़्।"
    f"{HOLE * 6}०१२३४५६७८९"
)
# What a script without the letter prints in its place.
_ISCII_NEAREST: Final = str.maketrans(
    "ऎऍऒऑऩ\u095fऱऴळवषॆॅॊॉखगघछझठडढथदधफबभ",
    "एऐओऔनयरळलबशेैोौकखगचजटठडतथदपफब",
)


def _iscii(block: int, **own: str) -> str:
    """The table for the script whose block begins at ``block``."""
    letters = (_nearest(letter, block) for letter in _ISCII)
    table = HOLE * 32 + "".join(letters)
    for at, letter in own.items():
        byte = int(at[1:], 16) - 0x80
        table = table[:byte] + letter + table[byte + 1 :]
    return table.ljust(128, HOLE)


def _nearest(letter: str, block: int) -> str:
    if not "\u0900" <= letter <= "\u097f" or letter == "।":
        return letter
    for _ in range(4):
        there = chr(ord(letter) - 0x0900 + block)
        if unicodedata.category(there) != "Cn":
            return there
        letter = letter.translate(_ISCII_NEAREST)
    return HOLE


DIGITS_OF: Final[Mapping[int, int]] = {
    66: 0x0900,  # Devanagari
    67: 0x0980,  # Bengali
    68: 0x0B80,  # Tamil
    69: 0x0C00,  # Telugu
    70: 0x0980,  # Assamese
    71: 0x0B00,  # Oriya
    72: 0x0C80,  # Kannada
    73: 0x0D00,  # Malayalam
    74: 0x0A80,  # Gujarati
    75: 0x0A00,  # Punjabi
    82: 0x0900,  # Marathi
}
"""Epson ESC/POS, ESC t and ESC R 66 to 75 and 82: the block of each Indian script."""

# -- Eastern Europe and Brazil, as Star numbers them ------------------------

_IBM_LOWER: Final = "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\xa0"
_IBM_FRAME: Final = "░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
_IBM: Final = _IBM_FRAME + _IBM_LOWER

BY_HAND: Final[Mapping[str, str]] = {
    "KATAKANA": _KATAKANA,
    "CP932": _KATAKANA,  # what databases call Epson's page 1; it has no kanji
    "HIRAGANA": _HIRAGANA,
    "KANJI-1": _KANJI_1,
    "KANJI-2": _KANJI_2,
    "THAI-42": _thai(_FRAME + _ARROWS + "๐๑๒๓๔๕๖๗๘๙"),
    "THAI-11": _thai(HOLE * 25 + "┌┐└┘│├┤", "─┴┬┼", HOLE * 3 + "\xa0"),
    "THAI-13": _thai("", last=_ARROWS),
    "THAI-14": _thai(_FRAME),
    "THAI-16": _THAI_16,
    "THAI-17": _thai(HOLE * 21 + "│─┼┌┐└┘├┬┤┴", last=_ARROWS),
    "THAI-18": _THAI_16,
    "TCVN-3-1": " " * 40 + "ăâêôơưđ      " + _TONES,
    "TCVN-3-2": " " * 33 + "ĂÂ    Đ  ÊÔƠƯ       " + _TONES.upper(),
    **{f"ISCII-{number}": _iscii(block) for number, block in DIGITS_OF.items()},
    # Assamese has a ra and a wa of its own; what stands at U+0D5F is no ya
    "ISCII-70": _iscii(0x0980, xCF="ৰ", xD4="ৱ"),
    "ISCII-73": _iscii(0x0D00, xCE="യ"),
    "CP772": "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп"
    + _LITHUANIAN
    + "рстуфхцчшщъыьэюяЁё≥≤„“÷≈°∙·√ⁿ²■\xa0",
    "CP774": "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»"
    + _LITHUANIAN
    + "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤„“÷≈°∙·√ⁿ²■\xa0",
    "CP851": "ÇüéâäàΆçêëèïîΈÄΉΊ\ufffdΌôöΎûùΏÖÜά£έήίϊΐόύΑΒΓΔΕΖΗ½ΘΙ«»"
    f"░▒▓│┤ΚΛΝΜ{_BOXES[0]}ΞΟ{_BOXES[1]}ΠΡ{_BOXES[2]}ΣΤΥΦΧΨΩαβγ┘┌█▄δε▀"
    "ζηθικλμνξοπρσςτ´\xad±υφχ§ψ¸°¨ωϋΰώ■\xa0",
    "CP853": "ÇüéâäàĉçêëèïîìÄĈÉċĊôöòûùİÖÜĝ£Ĝ×ĵáíóúñÑĞğĤĥ\ufffd½Ĵş«»"
    f"░▒▓│┤ÁÂÀŞ{_BOXES[0]}Żż{_BOXES[1]}Ŝŝ{_BOXES[2]}¤"
    "\ufffd\ufffdÊËÈıÍÎÏ┘┌█▄\ufffdÌ▀ÓßÔÒĠġµĦħÚÛÙŬŭ·´"
    "\xad\ufffdℓŉ˘§÷¸°¨˙\ufffd³²■\xa0",
    "CP1098": "\ufffd\ufffd،؛؟ًﺁﺂ\ufffdﺍﺎ\ufffdﺀﺃﺄ\ufffdﺅﺋﺏﺑﭖﭘﺕﺗﺙﺛﺝﺟﭺﭼ×ﺡ"
    f"ﺣﺥﺧﺩﺫﺭﺯﮊﺱﺳﺵﺷﺹﺻ«»░▒▓│┤ﺽﺿﻁﻃ{_BOXES[0]}¤ﻅ{_BOXES[1]}ﻇﻉ{_BOXES[2]}\ufffd"
    "ﻊﻋﻌﻍﻎﻏﻐﻑﻓ┘┌█▄ﻕﻗ▀ﮎﻛﮒﮔﻝﻟﻡﻣﻥﻧﻭﻩﻫﻬﮤﯼ\xadﯽﯾـ۰۱۲۳۴۵۶۷۸۹■\xa0",
    "CP3021": "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя"
    "└┴┬├─┼╣║╚╔╩╦╠═╬┐░▒▓│┤№§╗╝┘┌█▄▌▐▀" + _IBM_LOWER,
    "CP3843": "ÇüéâäàąçêëèïîćÄĄĘęłôöĆûùŚÖÜ¢Ł¥śƒŹŻóÓńŃźż¿⌐¬½¼¡«»" + _IBM,
    "CP3844": "ČüéďäĎŤčěĚĹÍľĺÄÁÉžŽôöÓůÚýÖÜŠĽÝŘťáíóúňŇŮÔšřŕŔ¼§«»"
    + _IBM_FRAME
    + _IBM_LOWER,
    "CP3845": "ÇüéâäàåçêëèïîÍÄÁÉæÆőöÓűÚŰÖÜ¢£¥₧ƒáíóúñÑªŐ¿⌐¬½¼¡«»" + _IBM,
    "CP3848": HOLE * 32 + "\xa0ÀÁÂÃÄÇÈÉÊËÌÍÎÏÑÒÓÔÕÖŒÙÚÛÜŸ¨£¦§°"
    "¡àáâãäçèéêëìíîïñòóôõöœùúûüÿßªº¿±" + HOLE * 32,
}
"""By the names that printer databases use, or by Epson's."""
