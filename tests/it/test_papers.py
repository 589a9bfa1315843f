"""Manual pages and completion say what the program knows, and their readers take them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from agent.cli import main, parser
from agent.it.completion import SHELLS, walk


def test_there_is_a_page_for_every_command_and_it_names_every_option(
    tmp_path: Path,
) -> None:
    assert main(["manual", "--into", str(tmp_path)]) == 0
    for node in walk(parser()):
        page = (tmp_path / f"{'-'.join(node.path)}.1").read_text()
        for option in node.options:
            for text in option.option_strings:
                assert text.replace("-", "\\-") in page, (node.path, text)
        for name in node.children:
            assert f".B {name}".replace("-", "\\-") in page
        assert "%(" not in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_troff_finds_no_fault_with_them(tmp_path: Path) -> None:
    main(["manual", "--into", str(tmp_path)])
    pages = sorted(tmp_path.glob("*.1"))
    command = ["groff", "-man", "-Tutf8", "-ww", "-z", *map(str, pages)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stderr == ""


def completed(tmp_path: Path, *words: str) -> list[str]:
    """What bash offers behind these words."""
    script = tmp_path / "completion"
    script.write_text(SHELLS["bash"](parser()))
    typed = " ".join(f"'{each}'" for each in words)
    run = (
        f"cd {tmp_path}; . {script}; COMP_WORDS=({typed}); "
        f"COMP_CWORD={len(words) - 1}; _receipt_agent; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    said = subprocess.run(
        ["bash", "-c", run], capture_output=True, text=True, check=True
    )
    assert said.stderr == ""
    return said.stdout.split()


def test_bash_completes_commands_options_and_choices(tmp_path: Path) -> None:
    assert completed(tmp_path, "receipt-agent", "doc") == ["doctor"]
    assert completed(tmp_path, "receipt-agent", "keys", "ro") == ["rotate"]
    assert completed(tmp_path, "receipt-agent", "doctor", "--js") == ["--json"]
    assert completed(tmp_path, "receipt-agent", "doctor", "--lang", "") == [
        *("both", "fr", "en")
    ]
    assert "store" in completed(tmp_path, "receipt-agent", "keys", "rotate", "")
    (tmp_path / "ticket.bin").touch()
    assert completed(tmp_path, "receipt-agent", "decode", "tick") == ["ticket.bin"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_name_every_command(
    shell: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["completion", shell]) == 0
    out = capsys.readouterr().out
    for node in walk(parser()):
        assert node.path[-1] in out
    if shutil.which(shell):
        script = tmp_path / "completion"
        script.write_text(out)
        subprocess.run([shell, "-n", str(script)], check=True)
