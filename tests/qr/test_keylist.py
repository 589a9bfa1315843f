"""Whom a page believes: the list, its signature, its shards."""

from __future__ import annotations

import json

import pytest

from agent.qr import keylist
from agent.qr.keylist import SHARDS, KeyList, Root, Unlisted, clashes, opened, shards
from tests.qr import rig
from tests.qr.make_vectors import FILE

SIGNED = keylist.signed(rig.LIST, rig.OFFICE)


def read(raw: bytes, *roots: Root) -> KeyList | Unlisted:
    return opened(raw, roots or (rig.ROOT,), rig.verifies)


def test_what_the_head_office_signed_is_believed() -> None:
    assert read(SIGNED) == rig.LIST


def test_another_head_office_is_not() -> None:
    other = Root(rig.STRANGER.kid, "ES256", rig.STRANGER.spki)
    assert read(SIGNED, other) is Unlisted.UNKNOWN_ROOT
    posing = Root(rig.OFFICE.kid, "ES256", rig.STRANGER.spki)
    assert read(SIGNED, posing) is Unlisted.BAD_SIGNATURE
    assert read(keylist.signed(rig.LIST, rig.STRANGER)) is Unlisted.UNKNOWN_ROOT


@pytest.mark.parametrize("part", ["protected", "payload", "signature"])
def test_a_changed_letter_is_noticed(part: str) -> None:
    told = json.loads(SIGNED)
    for at in range(0, len(told[part]) - 1, max(1, len(told[part]) // 40)):
        letter = "A" if told[part][at] != "A" else "B"
        changed = {**told, part: told[part][:at] + letter + told[part][at + 1 :]}
        assert isinstance(read(json.dumps(changed).encode()), Unlisted)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"protected":1,"payload":2,"signature":3}',
        b"[" * 9999,
    ],
)
def test_what_is_no_list_is_unreadable(raw: bytes) -> None:
    assert read(raw) in {Unlisted.UNREADABLE, Unlisted.UNKNOWN_ROOT}


def test_a_list_that_is_too_long_is_not_read() -> None:
    assert read(b" " * (keylist.MAX_LIST_BYTES + 1)) is Unlisted.UNREADABLE


def test_two_keys_that_begin_alike_are_found_out() -> None:
    (first, *_) = rig.LIST.keys
    twin = first.model_copy(update={"kid": first.kid[:8] + "00000000"})
    assert clashes(rig.LIST.keys) == []
    assert clashes((*rig.LIST.keys, twin)) == [first.short]
    assert clashes((first, first)) == []


def test_shards_hold_every_key_once_and_name_no_till() -> None:
    files = shards(rig.LIST)
    head = files.pop("keys.json")
    assert (head.shards, head.keys, head.stores) == (SHARDS, (), {})
    assert head.dictionaries == rig.LIST.dictionaries
    assert len(files) == SHARDS
    found = {key.kid: name for name, part in files.items() for key in part.keys}
    assert found.keys() == {key.kid for key in rig.LIST.keys}
    assert all(name == f"keys-{kid[0]}.json" for kid, name in found.items())
    for part in files.values():
        assert set(part.stores) == {key.store for key in part.keys}
        assert read(keylist.signed(part, rig.OFFICE)) == part


def test_the_list_of_the_vectors_is_this_one() -> None:
    told = json.loads(FILE.read_text())["keys"]
    assert read(json.dumps(told).encode()) == rig.LIST
