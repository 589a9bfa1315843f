"""Every question that a printer answers, by the manual's clause."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.escpos.catalogue.entry import Entry
from agent.escpos.catalogue.index import ROLL
from agent.escpos.jobs import Ask, JobReader
from agent.escpos.memory import EMPTY, Memory
from agent.escpos.replies import table, worked
from agent.escpos.replies.contents import NOTHING, Contents, Size
from agent.escpos.replies.identity import Identity, Setup
from agent.escpos.replies.sensors import Policy, offline, shown
from agent.escpos.status import Answering
from agent.escpos.tokens import Command
from agent.events import Paper, PrinterState
from tests.escpos.coverage_page import example
from tests.escpos.notation import nasty
from tests.escpos.printed import PRINTER
from tests.escpos.streams import cut_up, cuts, singly
from tests.escpos.test_graphics import logo

READY = PrinterState(known=True)
ASKING = [entry for entry in ROLL if entry.meaning == "reply"]
NV_KEYS, RAM_KEYS = b"\x1d(L\x04\x000@KC", b"\x1d(L\x04\x000PKC"
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


def asks(*chunks: bytes) -> list[Ask]:
    reader = JobReader()
    steps = [step for chunk in chunks for step in reader.feed(chunk)]
    return [step for step in steps if isinstance(step, Ask)]


def said(
    *chunks: bytes, who: Identity | None = None, contents: Contents = NOTHING
) -> Iterator[bytes]:
    voice = Answering(who or Identity())
    for ask in asks(*chunks):
        yield voice.answer(ask.token, READY, contents)


def reply(question: bytes, who: Identity | None = None) -> bytes:
    (only,) = said(question, who=who)
    return only


# -- the table ------------------------------------------------------------


@pytest.mark.parametrize("entry", ASKING, ids=lambda entry: entry.mnemonic)
def test_every_command_that_transmits_is_a_question_where_it_stands(
    entry: Entry,
) -> None:
    raw = b"TOTAL\n" + example(entry).raw
    (ask,) = asks(raw)
    assert (ask.at, ask.token.raw) == (6, example(entry).raw)
    assert ask.realtime == entry.name.startswith("DLE")


@pytest.mark.parametrize("entry", ASKING, ids=lambda entry: entry.mnemonic)
def test_every_question_has_an_answer_or_a_reason_why_there_is_none(
    entry: Entry,
) -> None:
    command = example(entry)
    contents = Contents(size=Size(84, 84, printable=True))
    answered = Answering(Identity()).answer(command, READY, contents)
    told_later = entry.mnemonic == "GS ( H fn=31"
    assert bool(answered or told_later) != (entry.mnemonic in table.SILENT)


def test_no_reason_is_given_for_what_no_row_asks() -> None:
    assert table.SILENT.keys() <= {entry.mnemonic for entry in ASKING}


@given(st.sampled_from(ASKING), st.binary(max_size=4))
def test_parameters_of_any_kind_raise_nothing(entry: Entry, tail: bytes) -> None:
    command = example(entry)
    raw = command.raw[: command.lead] + tail
    for ask in asks(raw):
        Answering(Identity()).answer(ask.token, READY)


@pytest.mark.parametrize("entry", ASKING, ids=lambda entry: entry.mnemonic)
@pytest.mark.parametrize("head", [b"\x1dv0\x00\x01\x00%b\x00", b"\x1d(k%b\x001P0"])
def test_no_question_inside_a_payload_is_asked(entry: Entry, head: bytes) -> None:
    raw = example(entry).raw
    size = len(raw) if head.startswith(b"\x1dv") else len(raw) + 3
    assert asks(head % bytes((size,)) + raw) == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        # DLE DC4 fn 7, 8
        (b"\x10\x14\x07\x04", "37 23 00"),
        (b"\x10\x14\x07\x05", ""),
        (CLEAR, "37 25 00"),
        # GS I: information A and B
        (b"\x1dI\x21", "3d 21 42 40 00"),
        (b"\x1dI\x23", "3d 23 00"),
        (b"\x1dI\x24", "3d 24 00"),
        (b"\x1dI\x6e", "3d 6e 00"),
        (b"\x1dI\x6f", "5f 00"),
        (b"\x1dI\x70", "5f 00"),
        (b"\x1dI\x04", ""),
        # GS r, ESC u: numbers between the two kinds are none
        (b"\x1dr\x11", ""),
        (b"\x1bu\x01", ""),
        # GS ( H fn 48: four printable characters
        (b"\x1d(H\x06\x00001234", "37 22 31 32 33 34 00"),
        (b"\x1d(H\x06\x0000123\x80", ""),
        (b"\x1d(H\x05\x0000123", ""),
        # GS ( L fn 48, 51, 52, in both spellings
        (b"\x1d(L\x02\x0000", "37 30 32 36 32 31 34 34 00"),
        (b"\x1d(L\x02\x000\x00", "37 30 32 36 32 31 34 34 00"),
        (b"\x1d(L\x02\x0003", "37 31 32 36 32 31 34 34 00"),
        (b"\x1d8L\x02\x00\x00\x000\x03", "37 31 32 36 32 31 34 34 00"),
        (b"\x1d(L\x02\x0004", "37 32 31 32 32 38 38 00"),
        # fn 64, 80: no keys
        (NV_KEYS, "37 72 40 00"),
        (RAM_KEYS, "37 73 40 00"),
        (b"\x1d(L\x04\x000@KX", ""),
        # GS ( C fn 2 to 5
        (b"\x1d(C\x05\x00\x002\x00K1", "37 70 40 00"),
        (b"\x1d(C\x03\x00\x003\x00", "37 28 30 00"),
        (b"\x1d(C\x03\x00\x00\x04\x00", "37 29 31 30 32 34 00"),
        (b"\x1d(C\x03\x00\x005\x00", "37 71 40 00"),
        # GS ( E fn 1, 4, 6, 12, 16
        (b"\x1d(E\x03\x00\x01IN", "37 20 00"),
        (b"\x1d(E\x03\x00\x01IX", ""),
        (b"\x1d(E\x02\x00\x04\x02", "37 21 30 30 30 30 30 30 30 30 00"),
        (b"\x1d(E\x02\x00\x04\x07", ""),
        (b"\x1d(E\x02\x00\x06\x03", "37 27 33 1f 36 00"),
        (b"\x1d(E\x02\x00\x06\x61", "37 27 39 37 1f 31 00"),
        (b"\x1d(E\x02\x00\x06\x04", ""),
        (b"\x1d(E\x02\x00\x0c\x01", "37 33 31 1f 33 38 34 30 30 00"),
        (b"\x1d(E\x02\x00\x10\x01", "37 52 31 1f 31 00"),
        (b"\x1d(E\x02\x00\x10\x20", ""),
        # FS ( E fn 61: nothing set
        (b"\x1c(E\x03\x00\x3d\x020", "37 48 32 30 00"),
        (b"\x1c(E\x03\x00\x3d\x021", "37 48 32 31 00"),
        (b"\x1c(E\x03\x00\x3d\x022", ""),
        (b"\x1dg2\x00\x14\x00", ""),
        (b"\x1cg2\x00\x00\x00\x00\x00\x05\x00", ""),
    ],
)
def test_the_answer_is_the_manuals(question: bytes, answer: str) -> None:
    assert reply(question).hex(" ") == answer


# -- who we are -----------------------------------------------------------


def test_what_is_configured_is_what_is_said() -> None:
    setup = Setup(
        switches={1: "00110001"},
        values={3: 2},
        line={1: "9600"},
        counters={20: 120},
        nv_graphics_bytes=0,
    )
    who = Identity(type_id=0x03, information={111: "@D@@"}, setup=setup)
    assert reply(b"\x1dI\x21", who) == b"\x3d\x21\x43\x40\x00"
    assert reply(b"\x1dI\x6f", who) == b"_@D@@\0"
    assert reply(b"\x1d(E\x02\x00\x04\x01", who) == b"\x37\x2100110001\0"
    assert reply(b"\x1d(E\x02\x00\x06\x03", who) == b"\x37\x273\x1f2\0"
    assert reply(b"\x1d(E\x02\x00\x0c\x01", who) == b"\x37\x331\x1f9600\0"
    assert reply(b"\x1dg2\x00\x14\x00", who) == b"_120\0"
    assert reply(b"\x1d(L\x02\x0003", who) == b"\x37\x310\0"


@pytest.mark.parametrize("text", ["Caf\xe9", "A\nB", "\0", "x" * 81])
def test_a_name_that_no_printer_can_say_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        Identity(model=text)
    with pytest.raises(ValueError, match="ASCII"):
        Identity(information={112: text})


def test_an_id_that_looks_like_a_status_is_refused() -> None:
    with pytest.raises(ValueError, match="bits 4 or 7"):
        Identity(type_id=0x10)


@pytest.mark.parametrize(
    "setup",
    [
        {"switches": {1: "0101"}},
        {"switches": {1: "0000000x"}},
        {"values": {3: 70_000}},
        {"line": {1: "fast"}},
    ],
)
def test_a_setting_that_no_printer_has_is_refused(
    setup: dict[str, dict[int, str]],
) -> None:
    with pytest.raises(ValueError, match="is "):
        Setup(**setup)  # type: ignore[arg-type]


# -- answers in blocks ----------------------------------------------------

MANY = Contents(nv_keys=tuple(f"{n:02}" for n in range(90)))
FIRST, SECOND, LAST = (
    b"\x37\x72" + status + "".join(MANY.nv_keys[at : at + 40]).encode() + b"\0"
    for status, at in ((b"\x41", 0), (b"\x41", 40), (b"\x40", 80))
)


@pytest.mark.parametrize(
    ("responses", "answers"),
    [
        (b"", [FIRST]),
        (b"\x06\x06\x06", [FIRST, SECOND, LAST, b""]),
        (b"\x15\x06\x15", [FIRST, FIRST, SECOND, SECOND]),
        (b"\x18", [FIRST, b""]),
        (b"\x18\x06", [FIRST, b"", b""]),
        (b"\x06\x06\x15\x06", [FIRST, SECOND, LAST, LAST, b""]),
        (b"\x05\x06", [FIRST]),
        (b"A\x06", [FIRST]),
    ],
)
def test_a_long_answer_waits_for_the_pos_after_each_block(
    responses: bytes, answers: list[bytes]
) -> None:
    single = [NV_KEYS, *singly(responses)]
    assert list(said(*single, contents=MANY)) == answers
    assert list(said(NV_KEYS + responses, contents=MANY)) == answers


@given(
    st.lists(
        st.sampled_from(
            [
                *(NV_KEYS, RAM_KEYS, b"\x1d(C\x05\x00\x002\x00K1"),
                *(b"\x06", b"\x15", b"\x18", b"\x01", nasty(7)),
                *(b"TOTAL\n", b"\x1dr\x01", b"\x1b@", b"\x1dV\0"),
            ]
        ),
        max_size=10,
    ).map(b"".join),
    cuts,
)
def test_responses_do_not_depend_on_packets(stream: bytes, where: list[int]) -> None:
    assert asks(*cut_up(stream, where)) == asks(stream)
    assert asks(*singly(stream)) == asks(stream)
    for ask in asks(stream):
        end = ask.at + len(ask.token.raw)
        assert stream[ask.at : end] == ask.token.raw


def test_a_control_byte_elsewhere_answers_nothing() -> None:
    assert [ask.token.name for ask in asks(b"\x06\x1dr\x01\x06\x18")] == ["GS r"]


# -- what the printer holds -----------------------------------------------


def of(before: bytes, question: bytes, memory: Memory = EMPTY) -> list[bytes]:
    """As the relay does: the worker reads the job, the voice says it."""
    contents = worked.contents(before, question, PRINTER, memory)
    handed_on = Contents.of(json.loads(json.dumps(contents.facts())))
    assert handed_on == contents
    return list(said(question, contents=handed_on))


def test_keys_and_room_count_the_job_that_asks() -> None:
    job = logo(67, b"A1") + logo(67, b"B2") + logo(83, b"D1")
    assert of(job, NV_KEYS) == [b"\x37\x72\x40A1B2\0"]
    assert of(job, RAM_KEYS) == [b"\x37\x73\x40D1\0"]
    assert of(job + b"\x1b@", RAM_KEYS) == [b"\x37\x73\x40\0"]
    assert of(job, b"\x1d(L\x02\x0003") == [b"\x37\x31262136\0"]
    assert of(job, b"\x1d(L\x02\x0004") == [b"\x37\x3212284\0"]


def test_a_receipt_logo_that_is_set_is_not_said_to_be_none() -> None:
    top = b"\x1c(E\x06\x00\x3e\x02A1\x30\x00"
    assert of(top, b"\x1c(E\x03\x00\x3d\x020") == [b""]
    assert of(top, b"\x1c(E\x03\x00\x3d\x021") == [b"\x37\x4821\0"]


QR = b"\x1d(k\x03\x001C\x04\x1d(k\x04\x001P0A"


@pytest.mark.parametrize(
    ("before", "cn", "answer"),
    [
        # 21 modules of 4 dots
        (QR, 49, b"\x37\x3684\x1f84\x1f1\x1f0\0"),
        # nothing stored
        (b"", 49, b"\x37\x360\x1f0\x1f1\x1f1\0"),
        (QR + b"\x1b@", 49, b"\x37\x360\x1f0\x1f1\x1f1\0"),
        (QR, 48, b"\x37\x2f0\x1f0\x1f1\x1f1\0"),
        # wider than the print area (GS W)
        (b"\x1dW\x40\x00" + QR, 49, b"\x37\x3684\x1f84\x1f1\x1f1\0"),
        (QR.replace(b"1P", b"5P"), 53, b""),
    ],
)
def test_the_size_of_a_symbol_is_that_of_what_would_print(
    before: bytes, cn: int, answer: bytes
) -> None:
    assert of(before, b"\x1d(k\x03\x00%cR0" % cn) == [answer]


@pytest.mark.parametrize(
    ("cn", "data", "head"),
    [
        (48, b"\x30ABC", b"\x37\x2f"),
        (50, b"\x30ABC", b"\x37\x37"),
        (51, b"\x30H1234567890123", b"\x37\x4f"),
    ],
)
def test_other_symbols_have_their_own_identifier(
    cn: int, data: bytes, head: bytes
) -> None:
    # MaxiCode takes any data in its mode 4 only
    store = b"\x1d(k\x03\x002A4\x1d(k" + bytes((len(data) + 2, 0, cn, 80)) + data
    (answer,) = of(store, b"\x1d(k\x03\x00%cR0" % cn)
    assert answer.startswith(head)
    width, height, one, other = answer[2:-1].split(b"\x1f")
    assert int(width) > 0 < int(height)
    assert (one, other) == (b"1", b"0")


def test_only_what_is_remembered_needs_the_job() -> None:
    wanting = {e.mnemonic for e in ASKING if table.needs_work(example(e))}
    assert {name.split(" fn=")[0] for name in wanting} == {
        *("FS ( E", "GS ( C", "GS ( L", "GS ( k")
    }


# -- unasked, and what a POS hears of the paper ---------------------------


def voice_after(question: bytes) -> Answering:
    voice = Answering(Identity())
    (ask,) = asks(question)
    assert voice.answer(ask.token, READY) == b""
    return voice


@pytest.mark.parametrize("mode", [b"\x01", b"\x02", b"1", b"2"])
def test_going_offline_is_told_once_to_who_asked_for_it(mode: bytes) -> None:
    voice, out = voice_after(b"\x1d(H\x03\x0010" + mode), PrinterState(paper="out")
    assert voice.changed(out) == b"\x37\x23\x00"
    assert voice.changed(out) == b""
    assert voice.changed(READY) == b""
    assert voice.changed(PrinterState(error=True)) == b"\x37\x23\x00"


@pytest.mark.parametrize("mode", [b"\x00", b"0", b"\x03", b"\x11"])
def test_going_offline_is_not_told_when_it_is_switched_off(mode: bytes) -> None:
    assert (
        voice_after(b"\x1d(H\x03\x0010" + mode).changed(PrinterState(paper="out"))
        == b""
    )


@pytest.mark.parametrize(
    ("mode", "told"),
    [(b"\x00", b""), (b"0", b""), (b"\x03", b"\x37\x23\x00"), (b"", b"\x37\x23\x00")],
)
def test_who_asked_to_be_told_can_take_it_back(mode: bytes, told: bytes) -> None:
    voice = voice_after(b"\x1d(H\x03\x00101")
    size = bytes((2 + len(mode), 0))
    (ask,) = asks(b"\x1d(H" + size + b"10" + mode)
    assert voice.answer(ask.token, READY) == b""
    assert voice.changed(PrinterState(paper="out")) == told


def test_bits_of_gs_a_that_are_not_used_select_nothing() -> None:
    assert reply(b"\x1da\xb0") == b""
    assert len(reply(b"\x1da\x40")) == 4


STATES = st.builds(
    PrinterState,
    known=st.booleans(),
    online=st.booleans(),
    cover_open=st.booleans(),
    paper=st.sampled_from(["ok", "near_end", "out"]),
    drawer_open=st.booleans(),
    error=st.booleans(),
)
POLICIES = st.sampled_from(["real", "near_end", "never"])


@given(STATES, POLICIES)
def test_without_another_way_a_pos_hears_all_of_the_paper(
    state: PrinterState, policy: Policy
) -> None:
    assert shown(state, policy, other_way=False) == state
    assert shown(state, "real", other_way=True) == state


@given(STATES, POLICIES)
def test_no_policy_hides_a_cover_an_error_or_the_drawer(
    state: PrinterState, policy: Policy
) -> None:
    told = shown(state, policy, other_way=True)
    assert (told.cover_open, told.error, told.drawer_open, told.known) == (
        (state.cover_open, state.error, state.drawer_open, state.known)
    )
    if state.cover_open or state.error:
        assert offline(told)


@pytest.mark.parametrize(
    ("paper", "policy", "heard"),
    [
        ("out", "near_end", "near_end"),
        ("out", "never", "ok"),
        ("near_end", "near_end", "near_end"),
        ("near_end", "never", "ok"),
    ],
)
def test_a_printer_that_only_lacks_paper_is_online_when_nobody_needs_it(
    paper: Paper, policy: Policy, heard: str
) -> None:
    state = PrinterState(known=True, online=paper != "out", paper=paper)
    told = shown(state, policy, other_way=True)
    assert (told.paper, offline(told)) == (heard, False)


def test_a_printer_that_is_offline_for_another_reason_stays_so() -> None:
    away = PrinterState(known=True, online=False, paper="near_end")
    assert offline(shown(away, "never", other_way=True))


def test_a_question_is_a_value() -> None:
    (ask,) = asks(NV_KEYS)
    assert ask == Ask(Command("GS ( L", NV_KEYS, 3, 0x40, 0), realtime=False, at=0)
