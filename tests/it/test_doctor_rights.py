"""What keeps the agent's user out is named, and the command that stands there lets it in."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.it.probes import rights
from tests.it.test_doctor import found, states
from tests.it.test_print_held import till as written

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
OTHER = next(each for each in pwd.getpwall() if each.pw_name == "nobody")


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that all may enter, as pytest's are not."""
    made = Path(tempfile.mkdtemp(dir="/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def typed(remedy: str) -> None:
    """What stands behind the colon, as somebody types it."""
    subprocess.run(["sh", "-ec", remedy.partition(": ")[2]], check=True)


def given_away(folder: Path) -> Path:
    """A configuration whose state folder is the agent's user's."""
    path = written(folder, 1)
    for each in (folder / "state", *(folder / "state").rglob("*")):
        os.chown(each, OTHER.pw_uid, OTHER.pw_gid)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o640])
async def test_a_configuration_of_root_s_is_opened_to_it(
    folder: Path, mode: int
) -> None:
    path = given_away(folder)
    path.chmod(mode)
    (shut,) = await found(path, "permissions", user=OTHER.pw_name)
    assert shut.says.en == f"{path} cannot be used by nobody"
    typed(shut.remedy.en)
    assert states(await found(path, "permissions", user=OTHER.pw_name)) == ["ok"]


async def test_a_folder_above_is_named_and_opened(folder: Path) -> None:
    above = folder / "closed"
    above.mkdir(0o700)
    path = given_away(above)
    (shut,) = await found(path, "permissions", user=OTHER.pw_name)
    assert f"{above} is closed to it" in shut.says.en
    typed(shut.remedy.en)
    assert states(await found(path, "permissions", user=OTHER.pw_name)) == ["ok"]


@pytest.mark.parametrize(
    "more",
    [
        "[mail]\nhost = 'h'\nsender = 'a@b.example'\npromotion_file = '{file}'\n",
        "[screens]\nlisten_tls = '127.0.0.1:2'\ncertfile = '{file}'\nkeyfile = '{file}'\n",
    ],
)
async def test_each_file_that_the_configuration_names_is_looked_at(
    folder: Path, more: str
) -> None:
    secret = folder / "secret"
    secret.write_text("x")
    secret.chmod(0o600)
    path = given_away(folder)
    path.write_text(path.read_text() + more.format(file=secret))
    (shut,) = await found(path, "permissions", user=OTHER.pw_name)
    assert str(secret) in shut.says.en
    typed(shut.remedy.en)
    assert states(await found(path, "permissions", user=OTHER.pw_name)) == ["ok"]


@pytest.mark.parametrize("what", ["state", "state/agent.db", "state/arriving"])
async def test_a_state_folder_of_root_s_is_given_away_as_both_probes_say(
    folder: Path, what: str
) -> None:
    path = given_away(folder)
    (folder / "state" / "agent.db").touch()
    (folder / "state" / "arriving").mkdir(0o700)
    os.chown(folder / "state" / "agent.db", OTHER.pw_uid, -1)
    os.chown(folder / "state" / "arriving", OTHER.pw_uid, -1)
    os.chown(folder / what, 0, 0)
    shut = next(
        each
        for each in await found(path, "configuration", user=OTHER.pw_name)
        if each.detail == "till.state_dir"
    )
    assert shut.remedy.en.startswith(f"chown -R nobody: {folder}/state")
    if what == "state":
        (same,) = await found(path, "permissions", user=OTHER.pw_name)
        assert shut.remedy.en in same.remedy.en
    typed(f": {shut.remedy.en}")
    assert "till.state_dir" not in {
        each.detail for each in await found(path, "configuration", user=OTHER.pw_name)
    }
    assert states(await found(path, "permissions", user=OTHER.pw_name)) == ["ok"]


def test_its_own_file_needs_no_other_group(folder: Path) -> None:
    own = folder / "own"
    own.touch(0o000)
    os.chown(own, OTHER.pw_uid, -1)
    assert rights.opening("nobody", own, os.R_OK) == f"chmod u+r {own}"
    os.chown(own, 0, OTHER.pw_gid)
    assert rights.opening("nobody", own, os.R_OK) == f"chmod g+r {own}"
