"""The model of a disk after a power cut, and the reading of strace that feeds it."""

from __future__ import annotations

from random import Random

import pytest

from tests.faults.crash_states import HOWS, Disk, How, Op, disks_at
from tests.faults.trace import operations

FILE = "/s/agent.db-wal"


def _write(at_s: float, offset: int, data: bytes) -> Op:
    return Op("write", FILE, at_s, at_s, offset, data)


def _after(ops: list[Op], how: How, seed: int = 0, at_s: float = 99.0) -> bytes:
    ((_, disk),) = disks_at(ops, [at_s])
    return disk.after_cut(Random(seed), how).get(FILE, b"")


@pytest.mark.parametrize("how", HOWS)
def test_what_was_synced_stays_whatever_is_lost(how: How) -> None:
    ops = [
        _write(1, 0, b"a" * 4096),
        Op("sync", FILE, 2, 3),
        _write(4, 4096, b"b" * 4096),
    ]
    for seed in range(20):
        assert _after(ops, how, seed).startswith(b"a" * 4096)


def test_what_was_not_synced_may_be_lost_whole_and_in_part() -> None:
    ops = [_write(1, 0, b"a" * 4096), _write(2, 4096, b"b" * 4096)]
    assert _after(ops, "nothing") == b""
    assert _after(ops, "all") == b"a" * 4096 + b"b" * 4096
    torn = {_after(ops, "sectors", seed) for seed in range(50)}
    assert len(torn) > 25
    assert {len(each) % 512 for each in torn} == {0}
    # A later write may have come through where an earlier one did not.
    subsets = {_after(ops, "subset", seed) for seed in range(20)}
    assert bytes(4096) + b"b" * 4096 in subsets


def test_a_sync_counts_from_its_end_and_for_what_was_written_before_it() -> None:
    ops = [_write(1, 0, b"a"), Op("sync", FILE, 2, 5), _write(3, 1, b"b")]
    assert _after(ops, "nothing", at_s=4) == b""
    assert _after(ops, "nothing", at_s=5) == b"a"


def test_a_file_is_cut_and_renamed_in_order() -> None:
    disk = Disk()
    for op in (
        _write(1, 0, b"abcdef"),
        Op("truncate", FILE, 2, 2, offset=3),
        Op("sync", FILE, 3, 3),
        Op("rename", FILE, 4, 4, target="/s/other"),
    ):
        disk.run(op)
    assert disk.after_cut(Random(0), "nothing") == {"/s/other": b"abc"}


def test_a_trace_is_read_across_interruptions() -> None:
    hexed = "".join(f"\\x{byte:02x}" for byte in FILE.encode())
    trace = f"""\
7 100.000000 pwrite64(9<{FILE}>, "\\x68\\x69", 2, 24) = 2 <0.000100>
7 100.100000 fdatasync(9<{FILE}> <unfinished ...>
8 100.200000 write(3</s/other/x>, "\\x68", 1) = 1 <0.000100>
7 100.300000 <... fdatasync resumed>)      = 0 <0.200000>
7 100.400000 pwrite64(9<{FILE}>, "\\x68", 1, 0) = -1 ENOSPC (No space left on device) <0.000100>
7 100.500000 unlink("{hexed}") = 0 <0.000100>
"""
    found = list(operations(trace.splitlines(), "/s"))
    assert [(op.kind, op.offset, op.data) for op in found] == [
        ("write", 24, b"hi"),
        ("sync", 0, b""),
        ("unlink", 0, b""),
    ]
    assert (found[1].begun_s, round(found[1].ended_s, 6)) == (100.1, 100.3)
