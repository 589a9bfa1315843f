"""A power cut below the file system: pictures of a disk while the agent sells on it.

ext4 in a loop device whose backing file lies on btrfs; ``cp --reflink=always`` of that
file is an atomic picture of the disk at one moment, taken while everything runs.  A
picture is mounted (ext4 replays its journal, as after a cut) and opened with the real
store.  Needs root, loop devices, btrfs and a tmpfs for both.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Final

from tests.faults.cuts import KEPT, MEMORY
from tests.faults.disks import mounted
from tests.faults.figures import Figures
from tests.faults.lab import Lab, break_promise
from tests.faults.reopening import Found, found_in

DISK_MB: Final = 48
BACKING_MB: Final = 1024
LONGEST_LIFE_S: Final = 0.3
"""Between two cuts."""
_NEEDED: Final = ("mkfs.ext4", "mkfs.btrfs", "mount", "losetup")


def why_not() -> str:
    """Why no disk can be made here; empty: it can."""
    if os.geteuid() != 0:
        return "only root may mount"
    missing = [tool for tool in _NEEDED if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)}: not installed"
    if "btrfs" not in Path("/proc/filesystems").read_text():
        return "this kernel has no btrfs"
    return "" if Path("/dev/loop-control").exists() else "no loop devices"


async def run(
    folder: Path, cuts: int, seed: int, broken: str = "", until_s: float = 1e9
) -> Figures:
    """So many cuts of one shop's disk.

    Raises:
        NoDiskError: mounting is not allowed after all.
        CalledProcessError: no file system could be made.
    """
    dice, ends_at = Random(seed), time.monotonic() + until_s
    figures = Figures("cut blocks", broken, seed)
    lab = Lab(folder, more="\n[store]\nreserve_mb = 0\n")
    if broken:
        break_promise(lab.agent, broken)
    losing = worst = 0
    with ExitStack() as stack:
        backing = stack.enter_context(
            _backing(folder.with_name(f"{folder.name}-below"))
        )
        disk = backing / "disk"
        _make(disk, DISK_MB, "mkfs.ext4", "-q", "-F")
        stack.enter_context(mounted(lab.state, "-o", "loop", str(disk)))
        async with lab.alone():
            await lab.open_agent()
            async with lab.tills.selling(tills=2):
                while figures.faults < cuts and time.monotonic() < ends_at:
                    await asyncio.sleep(dice.random() * LONGEST_LIFE_S)
                    accepted = set(lab.tills.accepted)
                    found = await _picture(disk, backing, lab.state / KEPT[0])
                    lost = len(accepted - found.sales)
                    figures.faults += 1
                    figures.lost += lost
                    figures.phantoms += len(found.sales - lab.tills.offered)
                    figures.corrupt += bool(found.wrong) + found.damaged
                    losing, worst = losing + (lost > 0), max(worst, lost)
    figures.offered, figures.accepted = len(lab.tills.offered), len(lab.tills.accepted)
    figures.more = {"cuts_that_lose": losing, "worst": worst}
    return figures


async def _picture(disk: Path, backing: Path, keys: Path) -> Found:
    """The disk as it is at some moment from now on; what the store finds on it."""
    picture = backing / "picture"
    copy = await asyncio.create_subprocess_exec("cp", "--reflink=always", disk, picture)
    assert await copy.wait() == 0
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        await asyncio.to_thread(_taken_out, picture, backing / "mounted", Path(place))
        found = await found_in(Path(place), keys)
    picture.unlink()
    return found


def _taken_out(picture: Path, at: Path, to: Path) -> None:
    with mounted(at, "-o", "loop", str(picture)):
        for name in KEPT:
            if (at / name).exists():
                shutil.copyfile(at / name, to / name)


@contextmanager
def _backing(folder: Path) -> Generator[Path]:
    """A btrfs in memory."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        image = Path(place) / "btrfs"
        _make(image, BACKING_MB, "mkfs.btrfs", "-q")
        with mounted(folder, "-o", "loop", str(image)):
            yield folder


def _make(image: Path, size_mb: int, *command: str) -> None:
    with image.open("wb") as file:
        file.truncate(size_mb << 20)
    subprocess.run([*command, str(image)], check=True, capture_output=True)
