"""Keys are made once, kept from others, rotated; nothing secret is ever said."""

from __future__ import annotations

import json
import os
import stat
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.keyring import index, safe
from agent.keyring.index import ALGORITHMS, PURPOSES, Purpose
from agent.keyring.ring import Keyring, credentials

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def ring(folder: Path) -> Keyring:
    made = Keyring(folder)
    made.init(NOW)
    return made


def test_a_key_for_each_purpose_is_made_and_only_once(folder: Path) -> None:
    first = Keyring(folder).init(NOW)
    assert [(key.purpose, key.alg) for key in first] == [*ALGORITHMS.items()]
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert Keyring(folder).init(LATER) == first
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_all_that_is_written_is_the_owner_s_alone(ring: Keyring, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == dict.fromkeys(
        [
            *(".lock", "index.jsonl", "subject.key", "subject.kid"),
            *(f"{each}.pem" for each in PURPOSES),
        ],
        0o600,
    )


@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_a_key_signs_its_public_half_verifies(
    ring: Keyring, purpose: Purpose
) -> None:
    signer = ring.signer(purpose, NOW)
    signature = signer.sign(b"ticket")
    assert len(signature) == 64
    (public,) = [key for key in ring.public() if key.kid == signer.kid]
    assert public.verifies(b"ticket", signature)
    assert not public.verifies(b"Ticket", signature)
    assert not public.verifies(b"ticket", signature[::-1])
    assert not public.verifies(b"ticket", signature[:-1])
    others = [key for key in ring.public() if key.purpose != purpose]
    assert not any(key.verifies(b"ticket", signature) for key in others)


def test_the_id_is_of_the_public_key(ring: Keyring) -> None:
    for key in ring.public():
        assert key.kid == index.kid_of(b64decode(key.public))
        assert len(key.kid) == 16


def test_a_rotation_keeps_the_old_public_key(ring: Keyring) -> None:
    old = ring.signer("consent", NOW)
    signature = old.sign(b"before")
    new = ring.rotate("consent", LATER)
    assert new.kid != old.kid
    by_kid = {key.kid: key for key in ring.public()}
    assert by_kid[old.kid].valid_to == "2026-12-29T09:00:00Z"
    assert by_kid[old.kid].verifies(b"before", signature)
    assert by_kid[new.kid].valid_to == ""
    assert ring.signer("consent", LATER).kid == new.kid


def test_another_process_s_rotation_is_taken_up(ring: Keyring, folder: Path) -> None:
    assert ring.signer("qr", NOW).kid == ring.signer("qr", NOW).kid
    new = Keyring(folder).rotate("qr", LATER)
    assert ring.signer("qr", LATER).kid == new.kid


def test_a_key_that_is_lost_is_revoked(ring: Keyring, folder: Path) -> None:
    raw = (folder / "consent.pem").read_bytes()
    old = ring.signer("consent", NOW).kid
    ring.rotate("consent", LATER, revoke=True)
    revoked = {key.kid: key.revoked for key in ring.public()}
    assert revoked[old] == "2026-12-29T09:00:00Z"
    assert [kid for kid, at in revoked.items() if at] == [old]
    safe.replace(folder / "consent.pem", raw)
    with pytest.raises(ConfigError, match="revoked; receipt-agent keys rotate consent"):
        ring.signer("consent", LATER)


def test_a_crash_between_key_and_index_is_mended(ring: Keyring, folder: Path) -> None:
    """The private key was replaced, the index not."""
    old = ring.signer("consent", NOW).kid
    other = Keyring(folder.parent / "other")
    other.init(NOW)
    safe.replace(
        folder / "consent.pem", (folder.parent / "other" / "consent.pem").read_bytes()
    )
    signer = ring.signer("consent", LATER)
    by_kid = {key.kid: key for key in ring.public()}
    assert by_kid[signer.kid].valid_to == ""
    assert by_kid[old].valid_to


def test_a_damaged_key_can_be_rotated_away(ring: Keyring, folder: Path) -> None:
    safe.replace(folder / "consent.pem", b"-----BEGIN secret words-----")
    with pytest.raises(ConfigError) as told:
        ring.signer("consent", NOW)
    assert "secret words" not in str(told.value)
    assert told.value.__cause__ is None
    assert ring.rotate("consent", LATER).valid_to == ""


def test_a_key_of_another_kind_is_refused(ring: Keyring, folder: Path) -> None:
    safe.replace(folder / "consent.pem", (folder / "qr.pem").read_bytes())
    with pytest.raises(ConfigError, match="not a key of Ed25519"):
        ring.signer("consent", NOW)
    safe.replace(folder / "qr.pem", (folder / "transport.pem").read_bytes())
    with pytest.raises(ConfigError, match="not a key of ES256"):
        ring.signer("qr", NOW)


def test_a_key_that_others_may_read_is_refused(ring: Keyring, folder: Path) -> None:
    (folder / "consent.pem").chmod(0o640)
    with pytest.raises(ConfigError, match=r"others may read this key; chmod 0600"):
        ring.signer("consent", NOW)


def test_a_folder_that_others_may_look_into_is_refused(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    with pytest.raises(ConfigError, match="chmod 0700"):
        Keyring(folder).init(NOW)


def test_a_link_to_elsewhere_is_no_key(ring: Keyring, folder: Path) -> None:
    path = folder / "consent.pem"
    moved = path.rename(folder.parent / "elsewhere.pem")
    path.symlink_to(moved)
    with pytest.raises(ConfigError, match="must be a plain file"):
        ring.signer("consent", NOW)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ConfigError, match="is no plain file"):
        ring.signer("consent", NOW)


def test_a_place_that_is_no_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file")
    with pytest.raises(ConfigError, match="cannot be made"):
        Keyring(tmp_path / "keys").init(NOW)


def test_what_is_too_long_is_no_key(ring: Keyring, folder: Path) -> None:
    safe.replace(folder / "consent.pem", b"x" * (safe.MAX_SECRET_BYTES + 1))
    with pytest.raises(ConfigError, match="too long for a key"):
        ring.signer("consent", NOW)


def test_a_missing_key_says_how_to_make_it(folder: Path) -> None:
    with pytest.raises(ConfigError, match="receipt-agent keys init"):
        Keyring(folder).signer("consent", NOW)


def test_the_subject_key_is_one_secret_for_all_time(
    ring: Keyring, folder: Path
) -> None:
    first = ring.subject_key()
    assert len(first.secret) == 32
    assert Keyring(folder).subject_key() == first
    assert first.secret.hex() not in repr(first)
    assert first.kid not in first.secret.hex()
    safe.replace(folder / "subject.key", b"short")
    (folder / "subject.kid").unlink()
    with pytest.raises(ConfigError, match="shorter than 32 bytes"):
        ring.subject_key()


def test_credentials_go_before_the_folder(ring: Keyring, tmp_path: Path) -> None:
    elsewhere = Keyring(tmp_path / "elsewhere")
    elsewhere.init(NOW)
    given = tmp_path / "credentials"
    given.mkdir()
    for name in ("consent.pem", "subject.key"):
        (given / name).write_bytes((tmp_path / "elsewhere" / name).read_bytes())
        (given / name).chmod(0o440)
    both = Keyring(tmp_path / "keys", given)
    kid = elsewhere.signer("consent", NOW).kid
    assert both.signer("consent", LATER).kid == kid
    assert both.signer("consent", LATER).kid == kid
    assert kid in {key.kid for key in both.public()}
    assert both.subject_key() == elsewhere.subject_key()
    with pytest.raises(ConfigError, match="LoadCredential="):
        both.rotate("consent", LATER)


def test_systemd_says_where_credentials_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert credentials() is None
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials/receipt-agent")
    assert credentials() == Path("/run/credentials/receipt-agent")


def test_an_index_that_was_edited_is_refused(ring: Keyring, folder: Path) -> None:
    lines = (folder / "index.jsonl").read_text().splitlines()
    forged = json.loads(lines[0]) | {"kid": "00" * 8}
    for line in (json.dumps(forged), "{}", "[]", "no json", lines[0][:-20]):
        (folder / "index.jsonl").write_text("\n".join([line, *lines[1:]]))
        with pytest.raises(ConfigError, match=r"index\.jsonl:1"):
            ring.public()


def test_what_cannot_be_written_says_so(
    ring: Keyring, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = (folder / "consent.pem").read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        ring.rotate("consent", LATER)
    assert (folder / "consent.pem").read_bytes() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_makes_is_the_agent_s(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    os.chown(state, 4242, 4243)
    Keyring(state / "keys").init(NOW)
    own = [state / "keys", *(state / "keys").iterdir()]
    assert {(path.stat().st_uid, path.stat().st_gid) for path in own} == {(4242, 4243)}
    # A folder that is there keeps its owner.
    os.chown(state, 0, 0)
    Keyring(state / "keys").rotate("qr", LATER)
    own = [state / "keys", *(state / "keys").iterdir()]
    assert {path.stat().st_uid for path in own} == {4242}


def test_a_command_without_the_credential_does_not_compare_otherwise(
    tmp_path: Path,
) -> None:
    """The service sees systemd's credentials; who types a command does not."""
    given, folder = tmp_path / "credentials", tmp_path / "keys"
    given.mkdir()
    (given / "subject.key").write_bytes(b"k" * 32)
    service, typed = Keyring(folder, given), Keyring(folder)
    kid = service.subject_key().kid
    with pytest.raises(ConfigError, match=f"not the secret {kid}.*systemd-run"):
        typed.subject_key()
    safe.replace(folder / "subject.key", b"o" * 32)  # its own, from before
    with pytest.raises(ConfigError, match=r"remove .*subject\.kid"):
        typed.subject_key()
    (given / "subject.key").write_bytes(b"l" * 32)
    assert service.subject_key().kid != kid
    assert b"k" * 32 not in b"".join(path.read_bytes() for path in folder.iterdir())


def test_a_key_that_is_elsewhere_or_lost_is_not_made_anew_unasked(
    ring: Keyring, folder: Path
) -> None:
    kid = ring.signer("consent", NOW).kid
    (folder / "consent.pem").unlink()
    assert kid in {key.kid for key in ring.init(LATER)}
    assert not (folder / "consent.pem").exists()
    with pytest.raises(ConfigError, match="receipt-agent keys rotate consent"):
        Keyring(folder).signer("consent", LATER)
    assert ring.rotate("consent", LATER).kid != kid
