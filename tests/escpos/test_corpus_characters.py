"""The code-page jobs of the corpus, every line of them.

The texts are those of the examples that made the jobs (escpos-php,
``example/resources/character-encoding-test-strings.inc``), typed here again.
"""

from __future__ import annotations

import re

import pytest

from agent.escpos.codepages import EPSON_PAGES
from agent.escpos.interpret import interpret
from agent.escpos.pagetables import HOLE
from agent.escpos.profiles import printer
from agent.paper.strip import TextLine
from agent.paper.text import lines
from tests.escpos.streams import JOBS

LANGUAGES = {
    "Danish": "Quizdeltagerne spiste jordbær med fløde, mens cirkusklovnen Wolther"
    " spillede på xylofon.",
    "German": "Falsches Üben von Xylophonmusik quält jeden größeren Zwerg.",
    "Greek": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    "English": "The quick brown fox jumps over the lazy dog.",
    "Spanish": "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia y frío,"
    " añoraba a su querido cachorro.",
    "French": "Le cœur déçu mais l'âme plutôt naïve, Louÿs rêva de crapaüter en canoë"
    " au delà des îles, près du mälström où brûlent les novæ.",
    "Irish Gaelic": "D'fhuascail Íosa, Úrmhac na hÓighe Beannaithe, pór Éava agus"
    " Ádhaimh.",
    "Hungarian": "Árvíztűrő tükörfúrógép.",
    "Icelandic": "Kæmi ný öxi hér ykist þjófum nú bæði víl og ádrepa.",
    "Latvian": "Glāžšķūņa rūķīši dzērumā čiepj Baha koncertflīģeļu vākus.",
    "Polish": "Pchnąć w tę łódź jeża lub ośm skrzyń fig.",
    "Russian": "В чащах юга жил бы цитрус? Да, но фальшивый экземпляр!",
    "Turkish": "Pijamalı hasta, yağız şoföre çabucak güvendi.",
    "Japanese (Katakana half-width)": "ｲﾛﾊﾆﾎﾍﾄ ﾁﾘﾇﾙｦ ﾜｶﾖﾀﾚｿ ﾂﾈﾅﾗﾑ"
    "ｳｲﾉｵｸﾔﾏ ｹﾌｺｴﾃ ｱｻｷﾕﾒﾐｼ ｴﾋﾓｾｽﾝ",
    "Vietnamese": "Tiếng Việt, còn gọi tiếng Việt Nam hay Việt ngữ, là ngôn ngữ của"
    " người Việt (người Kinh) và là ngôn ngữ chính thức tại Việt Nam.",
    "Thai (No character encoder available)": "นายสังฆภัณฑ์ เฮงพิทักษ์ฝั่ง"
    " ผู้เฒ่าซึ่งมีอาชีพเป็นฅนขายฃวด ถูกตำรวจปฏิบัติการจับฟ้องศาล"
    " ฐานลักนาฬิกาคุณหญิงฉัตรชฎา ฌานสมาธิ",
    # the example could not encode these three, and sent question marks
    "Japanese (Hiragana)": "???????????? ???????????????????????????????????",
    "Japanese (Katakana full-width)": "??????? ????? ?????? ?????"
    "??????? ????? ??????? ??????",
    "Arabic (RTL not supported, encoding issues)": "صِف خَلقَ خَودِ كَمِثلِ الشَمسِ"
    " إِذ بَزَغَت — يَحظى الضَجيعُ بِها نَجلاءَ مِعطارِ",
    "Hebrew (RTL not supported, line break issues)": "דג סקרן שט בים מאוכזב ולפתע"
    " מצא לו חברה איך הקליטה",
}


def _paragraphs(name: str, profile: str) -> dict[str, str]:
    """What follows each bold heading."""
    strip = interpret(JOBS[name], printer(profile))
    found: dict[str, str] = {}
    heading = ""
    for element in strip.elements:
        if isinstance(element, TextLine):
            said = "".join(run.text for run in element.runs)
            if element.runs[0].style.bold and element.runs[0].style.wide == 1:
                heading = said.removesuffix(":")
                found[heading] = ""
            elif heading and not element.runs[0].style.bold:
                found[heading] += said
    return found


def test_twenty_languages_to_the_last_letter() -> None:
    assert _paragraphs("escpos-php__character-encodings", "default") == LANGUAGES


# What Python calls the pages of the tables job, as a second opinion.
_CODECS = {
    number: name.replace("ISO_", "iso").replace("RK1048", "kz1048")
    for number, name in EPSON_PAGES.items()
    if re.match(r"(CP(?!772|774|851|853|1098)|ISO|RK)", name)
}
_TABLES = re.split(
    rb"\x1bt\xff\x1bt(?=.)",
    JOBS["escpos-php__character-tables"],
    flags=re.DOTALL,
)[1:]


def _plain(character: str) -> str:
    return HOLE if "\x7f" <= character <= "\x9f" else character


_SHOWN = [job for job in _TABLES if job[0] in _CODECS and b"not supported" not in job]


@pytest.mark.parametrize("job", _SHOWN, ids=[_CODECS[job[0]] for job in _SHOWN])
def test_the_table_of_each_page(job: bytes) -> None:
    said = lines(interpret(b"\x1bt" + job, printer("default")))
    rows = {line.text[0]: line.text[2:] for line in said if line.text[1:2] == " "}
    for row, start in (("8", 0x80), ("A", 0xA0), ("C", 0xC0), ("E", 0xE0)):
        raw = bytes(range(start, start + 32))
        # the job prints a space for FF
        raw = raw.replace(b"\xff", b" ")
        told = map(_plain, raw.decode(_CODECS[job[0]], "replace"))
        assert rows[row] == "".join(told).rstrip()


def test_national_sets_and_two_pages_of_epsons_sample() -> None:
    raw = JOBS["thermal__code_pages"]
    said = [line.text for line in lines(interpret(raw, printer("default")))]
    assert said[:3] == ["USA Pound #", "ENGLISH Pound £", "VIET Pound ₫"]
    latin, greek = (
        said.index("Extended characters"),
        said.index("Extended characters", 14),
    )
    assert "".join(said[latin + 1 : latin + 9]) == (
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐"
        "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\xad±‗¾¶§÷¸°¨·¹³²■"
    )
    assert "".join(said[greek + 1 : greek + 9]) == (
        "ÇüéâäàΆçêëèïîΈÄΉΊ\ufffdΌôöΎûùΏÖÜά£έήίϊΐόύΑΒΓΔΕΖΗ½ΘΙ«»░▒▓│┤ΚΛΝΜ╣║╗╝ΞΟ┐"
        "└┴┬├─┼ΠΡ╚╔╩╦╠═╬ΣΤΥΦΧΨΩαβγ┘┌█▄δε▀ζηθικλμνξοπρσςτ´\xad±υφχ§ψ¸°¨ωϋΰώ■"
    )


def test_utf_8_on_a_page_of_the_users_own() -> None:
    raw = JOBS["thermal__typography"]
    said = "".join(line.text for line in lines(interpret(raw, printer("default"))))
    assert (
        "Τη γλώσσα μου έδωσαν ελληνική το σπίτι φτωχικό στις αμμουδιές του Ομήρου."
        in said
    )
    assert (
        "На берегу пустынных волн Стоял он, дум великих полн, И вдаль глядел." in said
    )


def test_the_letters_that_a_pos_drew_have_their_shapes() -> None:
    raw = JOBS["escpos-php__unifont-print-buffer"]
    strip = interpret(raw, printer("default"))
    hello, world = (e for e in strip.elements if isinstance(e, TextLine))
    assert [len(run.shapes) for run in hello.runs] == [5]
    assert [len(run.shapes) for run in world.runs] == [5]
    # both l of "Hello" are one drawing, the o of "World" is that of "Hello"
    shapes = hello.runs[0].shapes
    assert shapes[2] == shapes[3] != shapes[1]
    assert world.runs[0].shapes[1] == shapes[4]
    assert world.runs[0].style.upside_down
