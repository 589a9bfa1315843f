"""``receipt-agent setup``: find the printer, ask what is missing, write the configuration.

On a terminal it asks, each question until it is answered; without one all answers are
options.  Nothing that was typed is lost: where it ends early, it says the command that
goes on.  The file is the commented example with the answers in their places.  Then keys,
a test slip, and the units.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from agent import config_said, keys
from agent.config import Config, load
from agent.errors import ConfigError
from agent.it import finding_printers, units
from agent.it.finding_printers import Found
from agent.it.units import AGENT, SOCKET

EXIT_USAGE: Final = 64
EXIT_UNAVAILABLE: Final = 69
EXAMPLES: Final = (  # of the package, of the wheel, of a checkout
    Path("/usr/share/receipt-agent/agent.example.toml"),
    Path(__file__).with_name("agent.example.toml"),
    Path(__file__).resolve().parents[2] / "config" / "agent.example.toml",
)
ADDS: Final = ("/usr/lib/receipt-agent/instance", "add")
ASKED: Final[Mapping[str, tuple[str, str]]] = {
    "tenant": ("till.tenant", "Enseigne, en un mot (retailer, one word)"),
    "store": ("till.store", "Magasin (store)"),
    "till": ("till.till", "Caisse (till)"),
    "shop": ("till.shop", "Nom du magasin, sur les écrans (shop’s name)"),
    "tickets_url": (
        "till.tickets_url",
        "Adresse des tickets (receipts’ address), https://…",
    ),
    "printer": ("printer.link", "Imprimante (printer)"),
}
NO_SLIP: Final = (
    "configuration écrite, mais pas de ticket d’essai : receipt-agent doctor --only "
    "printer dit que faire, puis receipt-agent test-print (written, but no test slip came: "
    "doctor says what to do, then test-print)"
).replace(" :", "\u00a0:", 1)
NEEDED: Final = "il faut une réponse (an answer is needed)"
NOT_UTF8: Final = "n’est pas de l’UTF-8 (not UTF-8)"
CONTROL: Final = (
    "contient un caractère de commande, comme Échap ou une fin de ligne (has a control "
    "character in it, such as Escape or the end of a line)"
)
CONTROLS: Final = frozenset({"Cc", "Zl", "Zp"})
ALSO: Final = {
    "rcu": "sync.url",
    "state_dir": "till.state_dir",
    "listen": "door.tcp.listen",
}


def run(arguments: argparse.Namespace) -> int:
    """64: an answer is missing; 69: all is written, and the test slip did not come.

    Raises:
        ConfigError: what was answered cannot work, or there is a configuration already.
    """
    path: Path = arguments.config
    if path.exists() and not (arguments.force or arguments.find):
        raise ConfigError(
            f"{path}: déjà là\u00a0; --force la remplace (already there; --force replaces it)"
        )
    _expect_options_that_fit(arguments)
    try:
        there = _looked_for(arguments)
    except ValueError as error:
        sys.stderr.write(f"--network: {error}\n")
        return EXIT_USAGE
    said: dict[str, Any] = {
        "printers": [{"link": each.link, "answers": each.answers} for each in there]
    }
    if arguments.find:
        return _end(said, 0, as_json=arguments.json)
    answers = _answers(arguments, there)
    if missing := [name for name in ASKED if not answers.get(name)]:
        options = " ".join(map(_option, missing))
        sys.stderr.write(f"il manque (missing): {options}\n{_goes_on(path, answers)}")
        return EXIT_USAGE
    _put(path, answers)
    with redirect_stdout(sys.stderr if arguments.json else sys.stdout):
        keys.run(argparse.Namespace(config=path, way="init"))
    said |= {"config": str(path), "printed": None, "started": False}
    if not arguments.no_print:
        said["printed"] = _slip(path)
    if not arguments.no_start and units.SYSTEMD.is_dir() and os.geteuid() == 0:
        said["started"] = _does(*starting(units.instance_of(load(path))))
    code = EXIT_UNAVAILABLE if said["printed"] is False else 0
    return _end(said, code, as_json=arguments.json)


def _looked_for(arguments: argparse.Namespace) -> list[Found]:
    """Printers; none is looked for where one was named.

    Raises:
        ValueError: a network is none, or too large.
    """
    if arguments.printer and not arguments.find:
        return []
    there = asyncio.run(
        finding_printers.printers(arguments.network, shows=not arguments.json)
    )
    if not arguments.json:
        _show(there)
    return there


def _slip(path: Path) -> bool:
    printed = _does(sys.executable, "-m", "agent", "test-print", "--config", path)
    if not printed:
        sys.stderr.write(f"{NO_SLIP}\n")
    return printed


def starting(instance: str) -> tuple[str, ...]:
    """The command that has this till run, now and after each boot."""
    if instance:
        return (*ADDS, instance)
    return ("systemctl", "enable", "--now", SOCKET, AGENT)


def written(example: str, values: Mapping[str, str]) -> str:
    """The example with each ``section.key`` at its place; its comments stay.

    A section or key that stands there as a comment is uncommented.
    """
    lines = example.splitlines()
    for name, value in values.items():
        section, _, key = name.rpartition(".")
        head = re.compile(rf"#?\s*\[{re.escape(section)}\]\s*$")
        any_head = re.compile(r"#?\s*\[\[?[a-z.]+\]\]?\s*$")
        line = f"{key} = {json.dumps(value, ensure_ascii=False)}"
        at = next((n for n, each in enumerate(lines) if head.match(each)), None)
        if at is None:
            lines += ["", f"[{section}]", line]
            continue
        lines[at] = f"[{section}]"
        ends = next(
            (n for n in range(at + 1, len(lines)) if any_head.match(lines[n])),
            len(lines),
        )
        its = re.compile(rf"#?\s*{re.escape(key)}\s*=")
        where = next((n for n in range(at + 1, ends) if its.match(lines[n])), None)
        if where is None:
            lines.insert(at + 1, line)
        else:
            lines[where] = line
    return "\n".join(lines) + "\n"


def _given(arguments: argparse.Namespace) -> dict[str, str]:
    return {
        name: str(value)
        for name in (*ASKED, *ALSO)
        if (value := getattr(arguments, name))
    }


def _expect_options_that_fit(arguments: argparse.Namespace) -> None:
    """Before anything is looked for or asked.

    Raises:
        ConfigError: one of them cannot stand in the configuration.
    """
    for name, value in () if arguments.find else _given(arguments).items():
        if why := _misfit(_places()[name], value):
            raise ConfigError(
                f"{arguments.config}: {_option(name)}: « {_shown(value)} » ne va pas "
                f"(does not fit): {why}"
            )


def _answers(arguments: argparse.Namespace, there: list[Found]) -> dict[str, str]:
    """Fewer than are asked for where there is no terminal, or whoever typed ended it."""
    answers = _given(arguments)
    if not sys.stdin.isatty():
        return answers
    proposed = {"printer": there[0].link if there else ""}
    try:
        for name, (_, says) in ASKED.items():
            if name not in answers:
                default = proposed.get(name, "")
                shown = f" [{default}]" if default else ""
                question = f"{says}{shown}\u00a0: "
                answers[name] = _answered(name, question, default)
    except (EOFError, KeyboardInterrupt):
        sys.stdout.write("\n")
        sys.stdout.flush()
    return answers


def _answered(name: str, question: str, default: str) -> str:
    """Asked again until it can stand in the configuration."""
    while True:
        try:
            answer = input(question).strip() or default
        except UnicodeDecodeError:
            sys.stdout.write(f"  {NOT_UTF8}\n")
            continue
        if not answer:
            sys.stdout.write(f"  {NEEDED}\n")
        elif why := _misfit(ASKED[name][0], answer):
            sys.stdout.write(
                f"  « {_shown(answer)} » ne va pas (does not fit): {why}\n"
            )
        else:
            return answer


def _goes_on(path: Path, answers: Mapping[str, str]) -> str:
    """The command that asks no more of this; nothing where nothing was said."""
    words = [word for name, value in answers.items() for word in (_option(name), value)]
    if not words:
        return ""
    command = shlex.join(["receipt-agent", "setup", "--config", str(path), *words])
    return f"pour continuer (to go on):\n  {command}\n"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _shown(value: str) -> str:
    """What a terminal would obey, or could not write, as an escape."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in value
    )


def _misfit(key: str, value: str) -> str:
    """Why that value cannot stand there, whatever stands at the other keys."""
    kinds = {unicodedata.category(each) for each in value}
    if "Cs" in kinds:
        return NOT_UTF8
    if kinds & CONTROLS:
        return CONTROL
    section, _, name = key.partition(".")
    try:
        Config.model_validate({section: {name: value}})
    except ValidationError as error:
        for line in config_said.lines(Path(key), Config, error):
            _, at, why = line.split(": ", 2)
            # Of an address that is told apart by its kind, deeper than the key.
            if at == key or at.startswith(f"{key}."):
                return why
    return ""


def _places() -> dict[str, str]:
    return {name: key for name, (key, _) in ASKED.items()} | ALSO


def _placed(answers: Mapping[str, str]) -> dict[str, str]:
    return {_places()[name]: value for name, value in answers.items()}


def _example() -> str:
    for path in EXAMPLES:
        if path.is_file():
            return path.read_text(encoding="utf-8")
    return "[till]\n\n[printer]\n"


def _put(path: Path, answers: Mapping[str, str]) -> None:
    try:
        _write(path, written(_example(), _placed(answers)))
    except ConfigError:
        sys.stderr.write(_goes_on(path, answers))
        raise


def _write(path: Path, text: str) -> None:
    """Only what can work takes the place; the agent's group may read it.

    Raises:
        ConfigError: it cannot work, or the folder is not ours to write.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.chmod(0o640)
        try:
            load(beside)
        except ConfigError as error:
            # Those who answered know nothing of a file beside it, which is gone again.
            raise ConfigError(str(error).replace(str(beside), str(path))) from error
        if os.geteuid() == 0:
            os.chown(beside, -1, path.parent.stat().st_gid)
        beside.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        beside.unlink(missing_ok=True)


def _does(*command: str | Path) -> bool:
    # Our own program or systemctl, word by word; no shell reads it.
    done = subprocess.run(  # noqa: S603
        [str(word) for word in command], check=False, stdout=sys.stderr
    )
    return done.returncode == 0


def _show(there: list[Found]) -> None:
    for each in there:
        says = "répond (answers)" if each.answers else "là (there)"
        sys.stdout.write(f"{each.link}  {says}\n")
    if not there:
        sys.stdout.write("aucune imprimante trouvée (no printer found)\n")
    sys.stdout.flush()


def _end(said: Mapping[str, Any], code: int, *, as_json: bool) -> int:
    if as_json:
        sys.stdout.write(json.dumps(said) + "\n")
    elif "config" in said:
        sys.stdout.write(
            f"{said['config']}: écrit\u00a0; receipt-agent doctor (written)\n"
        )
    return code
