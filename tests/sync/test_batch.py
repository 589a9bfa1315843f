"""A batch is the stored bytes, joined, under a key that a restart finds again."""

from __future__ import annotations

import gzip
import json

from hypothesis import given
from hypothesis import strategies as st

from agent.store.records import LoggedEntry
from agent.sync.batch import pack, timestamp
from agent.sync.pace import FIRST_COUNT, Pace
from tests.store.builders import BODY, an_entry
from tests.sync.rig import SOURCE

BODIES = st.dictionaries(st.text(max_size=9), st.text(max_size=9) | st.integers())


def _logged(first: int, last: int) -> list[LoggedEntry]:
    return [LoggedEntry(number, an_entry(number)) for number in range(first, last + 1)]


@given(bodies=st.lists(BODIES, min_size=1, max_size=5))
def test_bodies_travel_as_they_were_stored(bodies: list[dict[str, object]]) -> None:
    stored = [json.dumps(body, ensure_ascii=False).encode() for body in bodies]
    logged = [
        LoggedEntry(seq, an_entry(seq, body))
        for seq, body in enumerate(stored, start=1)
    ]
    plain = gzip.decompress(pack(logged, SOURCE).body)
    assert [event["data"] for event in json.loads(plain)] == bodies
    for body in stored:
        assert b'"data":' + body + b"}" in plain


def test_the_key_depends_on_what_is_sent_and_on_nothing_else() -> None:
    batch = pack(_logged(1, 3), SOURCE)
    again = pack(_logged(1, 3), SOURCE)
    assert batch == again
    others = [
        pack(_logged(1, 2), SOURCE),
        pack(_logged(2, 3), SOURCE),
        pack(_logged(1, 3), SOURCE + "4"),
        pack(_logged(1, 3), SOURCE, attempt=1),
        pack([*_logged(1, 2), LoggedEntry(3, an_entry(3, b"{}"))], SOURCE),
    ]
    keys = {other.headers["Idempotency-Key"] for other in [batch, *others]}
    assert len(keys) == len(others) + 1


def test_an_event_names_its_receipt_its_number_and_its_time() -> None:
    (event,) = json.loads(gzip.decompress(pack(_logged(18231, 18231), SOURCE).body))
    assert event["sequence"] == "000000018231"
    assert event["subject"] == str(an_entry(18231).receipt)
    assert event["source"] == SOURCE
    assert event["data"] == json.loads(BODY)


def test_times_have_milliseconds_also_before_they_are_round() -> None:
    assert timestamp(1_767_344_400_007) == "2026-01-02T09:00:00.007Z"
    assert timestamp(0) == "1970-01-01T00:00:00.000Z"


def test_the_pace_doubles_and_never_passes_a_limit() -> None:
    pace = Pace(500, 600_000)
    counts = []
    for _ in range(5):
        counts.append(pace.count)
        pace.passed(0)
    assert counts == [FIRST_COUNT, 100, 200, 400, 500]
    pace.limit(400)
    pace.passed(0)
    assert pace.count == 200
    pace.shrink(1)
    assert pace.count == 1


@given(length=st.integers(1, 500), poison=st.data())
def test_any_poison_is_cornered_in_few_posts(
    length: int, poison: st.DataObject
) -> None:
    bad = poison.draw(st.integers(1, length))
    pace, acked, posts = Pace(500, 600_000), 0, 0
    pace.count = 500
    while acked < bad:
        sent = min(pace.count, length - acked)
        last = acked + sent
        posts += 1
        if acked < bad <= last:
            if sent == 1:
                pace.cornered()
                break
            pace.suspect(last, sent)
        else:
            acked = last
            pace.passed(last)
    assert posts <= 19  # about 2 x log2(500)
