"""The clients of npm: installed once into a folder that git does not see.

Exact versions stand in ``node/package.json``; there is no lock file, since npm
writes a registry's host into it.  Install scripts are not run.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".venv" / "node_clients"
INSTALL = (
    *("npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit"),
    *("--no-fund", "--loglevel=error", "--fetch-retries=1"),
)
INSTALL_S = 240.0


@cache
def why_no_node() -> str:
    """Nothing when the clients of npm are there (now, or after a minute)."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "no node or no npm here: apt-get install nodejs npm"
    wanted = (HERE / "node" / "package.json").read_text()
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = CACHE / "installed.json"
        if stamp.exists() and stamp.read_text() == wanted:
            return ""
        (CACHE / "package.json").write_text(wanted)
        try:
            done = subprocess.run(
                INSTALL,
                cwd=CACHE,
                capture_output=True,
                text=True,
                timeout=INSTALL_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"npm did not get the clients within {INSTALL_S:.0f} s"
        if done.returncode:
            return f"npm cannot get the clients: {done.stderr.strip()[-300:]}"
        stamp.write_text(wanted)
    return ""


def environment(line_s_file: Path) -> dict[str, str]:
    """So that our scripts find them, and say how long they were on the line."""
    return {
        "NODE_PATH": str(CACHE / "node_modules"),
        "NODE_OPTIONS": f"--require {HERE / 'node' / 'probe.cjs'}",
        "LINE_S_FILE": str(line_s_file),
    }


def receiptio() -> Path:
    """Its command line."""
    return CACHE / "node_modules" / ".bin" / "receiptio"
