"""A shell at a terminal, as somebody types into it; what it has made of the line then."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

SHOW: Final = b"\x18p"
"""Ctrl-X p: bound to what says the line."""
LINE: Final = re.compile(r"<<<(.*?)>>>", re.DOTALL)
WITHIN_S: Final = 20.0


@dataclass(frozen=True)
class Seen:
    """The line after the keys, and what was shown on the way."""

    line: str
    shown: str


class Shell:
    """zsh or bash, with nobody's settings, at a terminal of its own."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._mine, theirs = pty.openpty()
        environ = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "TERM": "dumb",
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "200",
            "LINES": "60",
        }
        self._process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env=environ,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._mine)

    def does(self, command: str) -> None:
        """A command that is not looked at, and what follows waits for."""
        os.write(self._mine, f"{command}; echo do''ne\n".encode())
        self._until(re.compile(r"\bdone\r?\n"))

    def typed(self, keys: str) -> Seen:
        """Of an empty line."""
        os.write(self._mine, keys.encode() + SHOW)
        shown = self._until(LINE)
        found = LINE.search(shown)
        assert found is not None
        os.write(self._mine, b"\x15")  # Ctrl-U: an empty line again
        return Seen(found[1], shown[: found.start()])

    def _until(self, wanted: re.Pattern[str]) -> str:
        seen, end = "", time.monotonic() + WITHIN_S
        while not wanted.search(seen):
            ready, _, _ = select.select([self._mine], [], [], end - time.monotonic())
            assert ready, f"nothing more came behind {seen!r}"
            with suppress(OSError):
                seen += os.read(self._mine, 65536).decode(errors="replace")
        return seen


def zsh(folder: Path) -> Shell:
    """With the completions of ``folder``, autoloaded as the package's are."""
    shell = Shell([_there("zsh"), "-f", "-i"], folder)
    shell.does("PS1='%% '; unsetopt zle_bracketed_paste 2>/dev/null")
    shell.does("LISTMAX=0; setopt no_list_ambiguous no_beep")
    shell.does(f"fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D")
    shell.does('say() { print -rn -- "<<<$BUFFER>>>" }; zle -N say; bindkey "^Xp" say')
    return shell


def bash(folder: Path, script: Path) -> Shell:
    """Reads ``script`` as bash-completion does."""
    shell = Shell([_there("bash"), "--norc", "--noprofile", "-i"], folder)
    shell.does("PS1='$ '; bind 'set enable-bracketed-paste off'")
    shell.does("bind 'set show-all-if-ambiguous on'; bind 'set page-completions off'")
    shell.does("bind 'set completion-query-items 0'; bind 'set bell-style none'")
    shell.does("""bind -x '"\\C-xp": printf "<<<%s>>>" "$READLINE_LINE"'""")
    shell.does(f". {script}")
    return shell


def fish(folder: Path, script: Path, line: str) -> list[str]:
    """What fish offers behind ``line``."""
    said = subprocess.run(
        [
            _there("fish"),
            "--no-config",
            "-c",
            f"source {script}; complete -C $argv",
            line,
        ],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stderr == ""
    return [each.partition("\t")[0] for each in said.stdout.splitlines()]


def _there(name: str) -> str:
    found = shutil.which(name)
    assert found is not None
    return found
