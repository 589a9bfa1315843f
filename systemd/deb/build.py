"""One .deb with everything inside: installed without network, on one Debian release.

``python systemd/deb/build.py --arch arm64 --debian 12 --into dist``.  Libraries come from
the committed lock by hash, as wheels for the wanted architecture and Python, so that an
amd64 machine builds both.  Needs pip, ``dpkg-deb`` and the network; root is not needed.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
VENV: Final = Path("opt/receipt-agent/venv")
LIBRARY: Final = Path("usr/lib/receipt-agent")
PYTHON_OF: Final = {"12": (3, 11), "13": (3, 13)}
"""Debian's release: its Python, in whose venv the libraries are."""
PLATFORMS_OF: Final = {
    "amd64": ("manylinux_2_28_x86_64", "manylinux2014_x86_64", "manylinux_2_17_x86_64"),
    "arm64": (
        "manylinux_2_28_aarch64",
        "manylinux2014_aarch64",
        "manylinux_2_17_aarch64",
    ),
}

DIRECTORIES: Final = {
    "*.service": "lib/systemd/system",
    "*.socket": "lib/systemd/system",
    "*.slice": "lib/systemd/system",
    "*.timer": "lib/systemd/system",
    "sysusers.d/*.conf": "usr/lib/sysusers.d",
    "tmpfiles.d/*.conf": "usr/lib/tmpfiles.d",
    "lib/*": "usr/lib/receipt-agent",
    "*.rules": "usr/share/doc/receipt-agent/examples",
    "*.conf": "usr/share/doc/receipt-agent/examples",
}
"""What of ``systemd/`` goes where."""

FOREIGN: Final = ("docs", "tests")
"""What python-barcode's wheel puts beside the packages, where anybody may import it."""

PAGES: Final = (
    *("README.md", "SECURITY.md", "systemd/README.md"),
    *("docs/*.md", "docs/decisions/*.md", "docs/legal/*.md", "docs/wire/*"),
    "docs/images/*",
)
"""For reading on a till without a network; the places are the repository's, so that links lead.

Without the pictures of every screen, which are thrice as large as all of this.
"""

PROGRAMS: Final = {
    "usr/bin/receipt-agent": "-m agent",
    "usr/bin/receipt-rcu": "-m rcu",
    "usr/lib/cups/backend/receipt-agent": "-m agent.cups_backend",
}

CONTROL: Final = """\
Package: receipt-agent
Version: {version}
Architecture: {arch}
Maintainer: receipt-agent maintainers <maintainers@receipt-agent.example>
Installed-Size: {size_kb}
Depends: python3 (>= {python}~), python3 (<< {next}), systemd (>= 252)
Recommends: tesseract-ocr, tesseract-ocr-fra, fonts-unifont
Suggests: cups
Section: misc
Priority: optional
Description: printer at the till that gives the customer the choice
 A daemon that poses as the receipt printer of a POS: it keeps each print job, asks
 the customer (nothing, paper, QR, e-mail, SMS, account) and delivers. With the
 central service (receipt-rcu), which is installed but not started.
"""


@dataclass(frozen=True)
class Target:
    """One package."""

    arch: str
    debian: str
    version: str

    @property
    def python(self) -> tuple[int, int]:
        return PYTHON_OF[self.debian]

    @property
    def name(self) -> str:
        return f"receipt-agent_{self.version}~deb{self.debian}_{self.arch}.deb"


def main() -> int:
    """Build it; prints its path."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", choices=sorted(PLATFORMS_OF), default=_own_arch())
    parser.add_argument("--debian", choices=sorted(PYTHON_OF), default="12")
    parser.add_argument("--into", type=Path, default=ROOT / "dist")
    parser.add_argument("--version", default=_version(), help="for upgrades in tests")
    parser.add_argument("--quick", action="store_true", help="packed less, for tests")
    given = parser.parse_args()
    target = Target(given.arch, given.debian, given.version)
    given.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder) / "root"
        stage.mkdir(mode=0o755)
        os.umask(0o022)
        for step in (venv, libraries, programs, units, bypass, papers, control):
            print(f"{step.__name__}...", file=sys.stderr)
            step(stage, target)
        made = given.into / target.name
        packing = ("-Zzstd", "-z1") if given.quick else ("-Zxz", "-z6")
        _run("dpkg-deb", "--root-owner-group", *packing, "--build", stage, made)
    print(made)
    return 0


def venv(stage: Path, target: Target) -> None:
    """The venv's skeleton: its Python is the system's."""
    major, minor = target.python
    binaries = stage / VENV / "bin"
    binaries.mkdir(parents=True)
    (binaries / f"python{major}.{minor}").symlink_to(f"/usr/bin/python{major}.{minor}")
    for name in ("python", "python3"):
        (binaries / name).symlink_to(f"python{major}.{minor}")
    (stage / VENV / "pyvenv.cfg").write_text(
        "home = /usr/bin\ninclude-system-site-packages = false\n"
        f"version = {major}.{minor}\n"
    )


def libraries(stage: Path, target: Target) -> None:
    """The lock's wheels and our own, with byte code that nobody has to check."""
    site = _site(stage, target)
    major, minor = target.python
    pip = (
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-compile",
    )
    platforms = [
        word for each in PLATFORMS_OF[target.arch] for word in ("--platform", each)
    ]
    wanted = ("--only-binary=:all:", "--python-version", f"{major}.{minor}", *platforms)
    lock = ("--require-hashes", "-r", ROOT / "requirements.lock")
    _run(*pip, "--implementation", "cp", *wanted, "--target", site, *lock)
    without_foreign(site)
    _run(*pip, "--target", site, ROOT)
    shutil.rmtree(site / "bin", ignore_errors=True)
    if sys.version_info[:2] == target.python:
        compiling = ("-m", "compileall", "-q", "-j0")
        never_looked_at = ("--invalidation-mode", "unchecked-hash")
        _run(sys.executable, *compiling, *never_looked_at, "-s", stage, "-p", "/", site)


def without_foreign(site: Path) -> None:
    """Before ours comes."""
    for name in FOREIGN:
        shutil.rmtree(site / name, ignore_errors=True)


def programs(stage: Path, _target: Target) -> None:
    """Launchers: neither the environment nor the working directory adds code."""
    for name, module in PROGRAMS.items():
        path = stage / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\nexec /{VENV}/bin/python -I {module} "$@"\n')
        path.chmod(0o755)


def units(stage: Path, _target: Target) -> None:
    """What systemd reads, and its scripts."""
    for pattern, directory in DIRECTORIES.items():
        for source in sorted((ROOT / "systemd").glob(pattern)):
            path = stage / directory / source.name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
            path.chmod(0o755 if pattern == "lib/*" else 0o644)


def bypass(stage: Path, _target: Target) -> None:
    """Apart from the venv, which may be what is broken."""
    folder = stage / LIBRARY / "bypass" / "agent"
    folder.mkdir(parents=True)
    for name in ("__init__.py", "bypass.py", "bypass_wires.py"):
        shutil.copyfile(ROOT / "agent" / name, folder / name)


COMPLETIONS: Final = {
    "bash": "usr/share/bash-completion/completions/{}",
    "zsh": "usr/share/zsh/vendor-completions/_{}",
    "fish": "usr/share/fish/vendor_completions.d/{}.fish",
}
TYPED: Final = {"receipt-agent": "agent", "receipt-rcu": "rcu"}
"""What people type, and its module."""


def papers(stage: Path, target: Target) -> None:
    """Examples, pages, the licence, what changed; manual pages and completion."""
    doc = stage / "usr/share/doc/receipt-agent"
    doc.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "LICENSE", doc / "copyright")
    changes = (ROOT / "CHANGELOG.md").read_bytes()
    (doc / "changelog.gz").write_bytes(gzip.compress(changes, 9, mtime=0))
    examples = stage / "usr/share/receipt-agent"
    shutil.copytree(ROOT / "config", examples)
    pages(doc)
    manuals = stage / "usr/share/man/man1"
    for module in TYPED.values():
        _said(stage, target, module, "manual", "--into", str(manuals))
    for page in manuals.glob("*.1"):
        packed = gzip.compress(page.read_bytes(), 9, mtime=0)
        page.with_suffix(".1.gz").write_bytes(packed)
        page.unlink()
    for program, module in TYPED.items():
        for shell, place in COMPLETIONS.items():
            path = stage / place.format(program)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_said(stage, target, module, "completion", shell))


def pages(doc: Path) -> None:
    """With what they lead to: the examples, the licence."""
    for pattern in PAGES:
        for source in sorted(ROOT.glob(pattern)):
            path = doc / source.relative_to(ROOT)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
    (doc / "config").symlink_to("../../receipt-agent")
    (doc / "LICENSE").symlink_to("copyright")


def _said(stage: Path, target: Target, *words: str) -> str:
    """What a program of ours says.

    A package for another machine or Python has libraries in it that do not run here: then
    it is asked with those of the Python that builds.
    """
    own = sys.version_info[:2] == target.python and target.arch == _own_arch()
    place = str(_site(stage, target) if own else ROOT)
    command = (sys.executable, "-m", *words)
    environ = {**os.environ, "PYTHONPATH": place, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, env=environ, stdout=subprocess.PIPE, text=True, check=True, cwd="/"
    )
    return done.stdout


def control(stage: Path, target: Target) -> None:
    """The package's own data and the scripts of its life."""
    folder = stage / "DEBIAN"
    folder.mkdir()
    major, minor = target.python
    size = sum(path.lstat().st_size for path in _files(stage))
    (folder / "control").write_text(
        CONTROL.format(
            version=f"{target.version}~deb{target.debian}",
            arch=target.arch,
            size_kb=size >> 10,
            python=f"{major}.{minor}",
            next=f"{major}.{minor + 1}",
        )
    )
    for name in ("postinst", "prerm", "postrm"):
        shutil.copyfile(HERE / name, folder / name)
        (folder / name).chmod(0o755)


def _site(stage: Path, target: Target) -> Path:
    major, minor = target.python
    return stage / VENV / "lib" / f"python{major}.{minor}" / "site-packages"


def _files(stage: Path) -> Iterator[Path]:
    return (path for path in stage.rglob("*") if path.is_file())


def _version() -> str:
    text = (ROOT / "agent" / "__init__.py").read_text()
    return text.partition('__version__ = "')[2].partition('"')[0]


def _own_arch() -> str:
    return subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()


def _run(*command: str | Path) -> None:
    subprocess.run([str(word) for word in command], check=True, stdout=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
