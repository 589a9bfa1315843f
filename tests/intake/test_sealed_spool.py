"""On a disk the spool is encrypted: read again with the till's key, by nobody without."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import cellar
from agent.cellar import SpoolKeys
from agent.config import Config
from agent.intake.arriving import Arriving
from agent.keyring import safe
from agent.keyring.store_key import StoreKeys
from tests.store.builders import leave_key

RECEIPT = b"\x1b@MARIE CURIE 06 12 34 56 78\nTOTAL   9,50\n\n\n\n\x1dV\x00"


def keys(folder: Path) -> SpoolKeys:
    """As a process has them."""
    return SpoolKeys(StoreKeys(folder / "keys", None))


@pytest.fixture
def till(tmp_path: Path) -> Path:
    leave_key(tmp_path)
    return tmp_path


def cut_off(till: Path, *reads: bytes) -> Path:
    """A process wrote that and was killed."""
    spool = Arriving(till / "arriving", keys(till)).spool("tcp", 7, "192.168.1.20")
    assert spool is not None
    at = 0
    for data in reads:
        spool.write(at, data)
        at += len(data)
    spool.close(keep=True)
    return spool.path


def test_what_was_cut_off_is_read_again_and_nothing_of_it_is_in_the_clear(
    till: Path,
) -> None:
    path = cut_off(till, RECEIPT[:9], RECEIPT[9:20], RECEIPT[20:])
    content = path.read_bytes()
    for word in (b"MARIE", b"06 12", b"TOTAL"):
        assert word not in content
    (left,) = Arriving(till / "arriving", keys(till)).left()
    assert (left.raw, left.source, left.at_ms) == (RECEIPT, "192.168.1.20", 7)


def test_a_file_serves_again_and_each_line_is_read_by_itself(till: Path) -> None:
    arriving = Arriving(till / "arriving", keys(till))
    spool = arriving.spool("tcp", 1)
    assert spool is not None
    spool.write(0, b"first")
    spool.safe(5)
    arriving.back(spool)
    again = arriving.spool("tcp", 2)
    assert again is spool
    again.write(0, b"second, ")
    again.write(8, b"and more")
    again.safe(3)
    again.rewrite(9, b"nd more")
    again.close(keep=True)
    (left,) = Arriving(till / "arriving", keys(till)).left()
    assert (left.start, left.raw, left.at_ms) == (9, b"nd more", 2)


@settings(max_examples=30, deadline=None)
@given(cut=st.integers(0, 400))
def test_a_kill_within_a_write_leaves_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    till = tmp_path_factory.mktemp("till")
    leave_key(till)
    path = cut_off(till, RECEIPT)
    content = path.read_bytes()
    whole = len(content)
    os.truncate(path, max(0, whole - cut))
    found = Arriving(till / "arriving", keys(till)).left()
    raw = found[0].raw if found else b""
    assert RECEIPT.startswith(raw)
    # A tag of 16 bytes ends the record: without it the text is there still.
    if cut <= 16:
        assert raw == RECEIPT
    elif cut <= 16 + len(RECEIPT):
        assert len(raw) == len(RECEIPT) - (cut - 16)


def test_a_bit_that_flipped_is_seen_and_the_file_left_alone(till: Path) -> None:
    path = cut_off(till, RECEIPT)
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    assert Arriving(till / "arriving", keys(till)).left() == []
    assert path.exists()


def test_under_another_key_it_is_left_alone(
    till: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = cut_off(till, RECEIPT)
    safe.replace(till / "keys" / "store.key", os.urandom(32))
    assert Arriving(till / "arriving", keys(till)).left() == []
    assert path.exists()
    assert "MARIE" not in caplog.text


def test_without_the_till_s_key_nothing_is_spooled_and_nothing_breaks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    arriving = Arriving(tmp_path / "arriving", keys(tmp_path))
    assert arriving.spool("tcp", 1) is None
    assert arriving.spool("tcp", 1) is None
    assert not (tmp_path / "arriving").exists()
    assert caplog.text.count("nothing is spooled") == 1


def test_what_an_older_version_left_in_the_clear_is_read(till: Path) -> None:
    spool = Arriving(till / "arriving").spool("tcp", 1)
    assert spool is not None
    spool.write(0, RECEIPT)
    spool.close(keep=True)
    (left,) = Arriving(till / "arriving", keys(till)).left()
    assert left.raw == RECEIPT


def test_in_memory_it_is_as_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """systemd's RuntimeDirectory=: what reads that memory reads ours as well."""
    state = tmp_path / "state"
    on_disk = SimpleNamespace(state_dir=state, spool_dir=state / "arriving")
    in_memory = SimpleNamespace(state_dir=state, spool_dir=tmp_path / "run/arriving")
    for place, sealed in ((on_disk, True), (in_memory, False)):
        config = cast("Config", SimpleNamespace(till=place, keys_dir=state / "keys"))
        assert (cellar.spool_keys(config) is not None) is sealed
