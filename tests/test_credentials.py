"""The key of the database as a credential that systemd-creds has sealed, host and TPM."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent import cellar
from agent.config import load
from agent.errors import StoreError
from tests.store.builders import raw_of
from tests.test_cellar import _raw, _with_job
from tests.test_config import GOOD

CREDS = shutil.which("systemd-creds")
TPM = shutil.which("swtpm")

pytestmark = pytest.mark.skipif(CREDS is None, reason="no systemd-creds")


@pytest.fixture(autouse=True)
def _own_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host's secret of this test, and not the machine's (systemd, ENVIRONMENT.md)."""
    monkeypatch.setenv("SYSTEMD_CREDENTIAL_SECRET", str(tmp_path / "credential.secret"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "agent.toml"
    text = GOOD.replace("[till]", f"[till]\nstate_dir = '{tmp_path}/state'")
    found.write_text(text)
    (tmp_path / "state").mkdir(mode=0o700)
    return found


def creds(
    *arguments: str | Path, given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(CREDS), *map(str, arguments)],
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
    )


def sealed(to: Path, *how: str) -> None:
    """As docs/store.md has it; skipped where this machine cannot."""
    done = creds("encrypt", *how, "--name=store.key", "-", to, given=bytes(range(32)))
    if done.returncode:
        pytest.skip(done.stderr.decode(errors="replace").strip()[-200:])


def given(sealed_file: Path, folder: Path, *how: str) -> int:
    """What systemd does with LoadCredentialEncrypted= before it starts the service."""
    folder.mkdir(exist_ok=True)
    (folder / "store.key").unlink(missing_ok=True)
    plain = creds(
        "decrypt", *how, "--name=store.key", sealed_file, folder / "store.key"
    )
    return plain.returncode


def kept_under(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    asyncio.run(_with_job(load(path), 1))
    assert not (path.parent / "state" / "keys" / "store.key").exists()
    assert asyncio.run(_raw(load(path), 1)) == raw_of(1)


def test_a_key_that_is_bound_to_the_host_opens_the_database(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed(tmp_path / "store.key.cred", "--with-key=host")
    assert bytes(range(32)) not in (tmp_path / "store.key.cred").read_bytes()
    assert given(tmp_path / "store.key.cred", tmp_path / "creds") == 0
    kept_under(path, tmp_path / "creds", monkeypatch)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(StoreError, match=r"store\.key"):
        cellar.vault(load(path))


@contextmanager
def tpm(state: Path) -> Iterator[str]:
    """One in software, that no kernel has to know of."""
    state.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    said = [str(TPM), "socket", "--tpm2", "--tpmstate", f"dir={state}"]
    said += ["--server", f"type=tcp,port={port}"]
    said += ["--ctrl", f"type=tcp,port={port + 1}"]
    said += ["--flags", "not-need-init,startup-clear"]
    with subprocess.Popen(said) as running:
        try:
            _until_listening(port, running)
            yield f"--tpm2-device=swtpm:host=127.0.0.1,port={port}"
        finally:
            running.kill()


def _until_listening(port: int, running: subprocess.Popen[bytes]) -> None:
    """Asked of the kernel's table: one that connects and leaves would end it."""
    wanted = f":{port:04X} 00000000:0000 0A"
    for _ in range(600):
        if wanted in Path("/proc/net/tcp").read_text("ascii"):
            return
        if running.poll() is not None:
            break
        time.sleep(0.05)
    pytest.skip("swtpm does not listen")


@pytest.mark.slow
@pytest.mark.skipif(TPM is None, reason="no swtpm")
def test_a_key_that_is_bound_to_a_tpm_opens_it_and_another_tpm_does_not(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cred = tmp_path / "store.key.cred"
    with tpm(tmp_path / "mainboard") as device:
        sealed(cred, "--with-key=tpm2", device)
        assert given(cred, tmp_path / "creds", device) == 0
    kept_under(path, tmp_path / "creds", monkeypatch)
    with tpm(tmp_path / "another") as device:
        assert given(cred, tmp_path / "creds", device) != 0
    with pytest.raises(StoreError, match=r"store\.key"):
        cellar.vault(load(path))
