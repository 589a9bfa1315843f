"""Documents in other languages, as the worker hands them back: data within bounds."""

from __future__ import annotations

import json

import pytest

from agent.worker import tasks
from hardware_sim.epos_pos import NAMESPACE, envelope, open_drawer

PARAMS = {"dots_per_inch": 203}
NOTHING = {
    "asks": False,
    "force": False,
    "only_pulses": False,
    "devid": "",
    "printjobid": "",
}


def test_a_document_is_its_job_and_what_its_door_must_know() -> None:
    done = tasks.read_epos(PARAMS, open_drawer())
    assert done.parts == (b"\x1bp\x00\x32\x32",)
    assert done.header == NOTHING | {"only_pulses": True}
    forced = envelope("<cut/>").replace(b"<epos-print", b'<epos-print force="true"')
    assert tasks.read_epos(PARAMS, forced).header == NOTHING | {"force": True}


def test_a_question_has_no_job() -> None:
    said = (
        f'<parameter xmlns="{NAMESPACE}"><devid>bar</devid>'
        "<printjobid>A1</printjobid></parameter>"
    )
    head = f"<s:Header>{said}</s:Header><s:Body>".encode()
    done = tasks.read_epos(PARAMS, envelope("").replace(b"<s:Body>", head))
    assert done.parts == (b"",)
    assert done.header == NOTHING | {"asks": True, "devid": "bar", "printjobid": "A1"}


def test_the_dots_are_those_of_the_settings() -> None:
    body = envelope('<text x="10">a</text>')
    for dots in (180, 203):
        (raw,) = tasks.read_epos({"dots_per_inch": dots}, body).parts
        assert b"\x1dP" + bytes((dots, dots)) in raw


def test_a_job_in_json_is_read_the_same_way() -> None:
    body = json.dumps({"lines": [{"text": "TOTAL"}, {"cut": True}]}).encode()
    done = tasks.read_json(PARAMS, body)
    assert done.header == NOTHING
    assert done.parts[0].endswith(b"TOTAL\n\x1dV\x42\x00")


@pytest.mark.parametrize("read", [tasks.read_epos, tasks.read_json])
@pytest.mark.parametrize("body", [b"", b"\xff" * 100, b"<a/>", b"{}", b"[" * 100_000])
def test_what_is_no_document_has_problems_and_no_part(
    read: tasks.Task, body: bytes
) -> None:
    done = read(PARAMS, body)
    assert done.parts == ()
    assert done.header["problems"]
    assert not done.header["too_long"]


def test_a_problem_is_short_however_long_the_key_is() -> None:
    keys = {f"{n}" + "é" * 10_000: 1 for n in range(20)}
    done = tasks.read_json(PARAMS, json.dumps({"raw": "AA=="} | keys).encode())
    assert len(done.header["problems"]) == 10
    assert len(json.dumps(done.header)) < 30_000


def test_a_small_document_that_makes_a_huge_job_is_too_long() -> None:
    wide = '<image width="65535" height="1">AA==</image>'
    many = tasks.MAX_MADE_BYTES // 8192 + 1
    done = tasks.read_epos(PARAMS, envelope(wide * many))
    assert done.parts == ()
    assert done.header["too_long"]
    assert tasks.read_epos(PARAMS, b" " * (4 << 20) + b"<").header["too_long"]
