"""Whether the places that a configuration names are what they should be, and ours to use.

Looked at from outside, never opened: a serial line that is opened moves its DTR, and a
printer may take that for the end of a job.  What is not there yet may come (a cable, a
folder on a share); what is there and is the wrong kind of thing never works.
"""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent import policy_file
from agent.config import Config
from agent.delivery.settings import CupsLink, FileLink, Link, SerialLink, UsbLink
from agent.delivery.transports import drivers
from agent.errors import ConfigError
from agent.hands import looking
from agent.intake.doors.folder import files_in

MEMORY_MAJOR: Final = 1
"""Of /dev/null, zero, full, random (Linux, admin-guide/devices)."""
PTY_MAJORS: Final = range(136, 144)
"""Unix98 PTY slaves, of which sysfs knows nothing."""
READ_WRITE: Final = os.R_OK | os.W_OK
ALL: Final = os.R_OK | os.W_OK | os.X_OK
_OPENS: Final = ("sa porte s’ouvrira alors", "its door opens when it is")
_WAITS: Final = (
    "ce qui s’imprime attend d’ici là",
    "what is printed waits until it is",
)
_PAR_QUI: Final = "ou vérifiez avec l’utilisateur de l’agent"
_AS_WHOM: Final = "or check as the user that the agent runs as"

_SMS_WAITS: Final = ("les SMS attendent d’ici là", "SMS wait until it is")

May = Callable[[Path, int], bool]


@dataclass(frozen=True, slots=True)
class Finding:
    """``dit`` (may be empty) and ``says`` begin with the place.

    ``fatal``: it cannot work so.
    """

    key: str
    dit: str
    says: str
    fatal: bool = True

    @property
    def told(self) -> str:
        """In French first."""
        return f"{self.dit} / {self.says}" if self.dit else self.says


def findings(config: Config, may: May = os.access) -> list[Finding]:
    """All that is wrong, or may surprise."""
    return [
        *_own(config, may),
        *_folder(config, may),
        *_device(config, may),
        *_serial(config, may),
        *_printer(config, may),
        *_modem(config, may),
        *_star(config),
        *_policy(config),
        *(
            Finding(*each)
            for each in looking.findings(config.keypad, config.scanner, may)
        ),
    ]


def _modem(config: Config, may: May) -> Iterator[Finding]:
    if config.sms is not None and config.sms.way == "modem" and config.sms.modem:
        key, path = "sms.modem.device", Path(config.sms.modem.device)
        yield from _tty(key, path, may, _SMS_WAITS)


def _star(config: Config) -> Iterator[Finding]:
    """Its bytes go to the printer as they are, and it understands no DLE EOT."""
    if config.door.star is not None and config.printer.asks == "auto":
        yield Finding(
            "printer.asks",
            "ce qui vient par door.star est pour une imprimante Star, que « auto » "
            'interroge comme une Epson, écrivez asks = "star" ou "never"',
            'what comes by door.star is for a Star printer, which "auto" asks as an Epson; '
            'write asks = "star", or "never"',
            fatal=False,
        )


def _policy(config: Config) -> Iterator[Finding]:
    """A pack of another country decides nothing here; what cannot be read is told else."""
    try:
        path = policy_file.named(config.policy.pack, config.till.country)
        pack = policy_file.load(path)
    except ConfigError:
        return
    country = pack.country
    if pack.in_force > dt.datetime.now().astimezone().date():
        yield Finding(
            "policy.pack",
            f"ces règles ne sont en vigueur que le {pack.in_force}\u00a0; elles "
            "s’appliquent déjà ici",
            f"these rules are in force from {pack.in_force} only; here they hold already",
            fatal=False,
        )
    if country != config.till.country:
        here = config.till.country
        yield Finding(
            "policy.pack",
            f"ces règles sont pour {country} et la caisse est en {here}\u00a0: tout "
            "s’imprime, écrivez till.country ou un autre jeu de règles",
            f"these rules are for {country} and the till stands in {here}: everything is "
            "printed; mend till.country, or name another pack",
            fatal=False,
        )


def _own(config: Config, may: May) -> Iterator[Finding]:
    """Where we write ourselves."""
    state_dir, spool_dir = config.till.state_dir, config.till.spool_dir
    if why := _unwritable(state_dir, may):
        dit, says = why
        yield Finding(
            "till.state_dir",
            f"{dit}, indiquez un autre dossier, {_PAR_QUI}",
            f"{says}; name another folder, {_AS_WHOM}",
        )
        return
    database = state_dir / "agent.db"
    if database.exists() and not (database.is_file() and may(database, READ_WRITE)):
        yield Finding(
            "till.state_dir",
            f"{database} n’est pas accessible en écriture, donnez-le à l’utilisateur de "
            f"l’agent, {_PAR_QUI}",
            f"{database} cannot be written by this user; give it to the user that "
            f"the agent runs as, {_AS_WHOM}",
        )
    if why := _unwritable(spool_dir, may):
        dit, says = why
        yield Finding(
            "till.state_dir",
            f"{dit}, un ticket en cours de réception serait perdu si l’agent s’arrêtait, "
            f"donnez le dossier à l’utilisateur de l’agent, {_PAR_QUI}",
            f"{says}; a job that is being received is lost then if the agent dies: "
            f"give the folder to the user that the agent runs as, {_AS_WHOM}",
            fatal=False,
        )


def _unwritable(folder: Path, may: May) -> tuple[str, str] | None:
    """Why not the folder, or the nearest one above it that is there already."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir():
        return f"{there} n’est pas un dossier", f"{there} is no folder"
    if may(there, ALL):
        return None
    dit = f"{there} n’est pas accessible en écriture à cet utilisateur"
    return dit, f"{there} cannot be written by this user"


def _folder(config: Config, may: May) -> Iterator[Finding]:
    if config.door.folder is None:
        return
    key, path = "door.folder.path", config.door.folder.path
    if not path.exists():
        yield _not_there(key, path)
    elif not path.is_dir():
        yield Finding(
            key,
            f"{path} n’est pas un dossier, indiquez celui que la caisse remplit",
            f"{path} is no folder; name the folder that the POS fills",
        )
    elif not may(path, ALL):
        yield Finding(
            key,
            f"{path}, cet utilisateur ne peut ni lire ni retirer les fichiers qui s’y "
            f"trouvent, donnez-lui le groupe du dossier (chgrp, chmod g+rwxs), {_PAR_QUI}",
            f"{path}: files there cannot be read and removed by this user; give the "
            f"folder's group to it (chgrp, chmod g+rwxs), {_AS_WHOM}",
        )
    elif count := _count(path):
        kept = config.door.folder.after == "keep"
        yield Finding(
            key,
            f"{path} contient {count} fichiers, qui seront imprimés au démarrage, puis "
            + ("rangés dans done" if kept else "supprimés"),
            f"{path} holds {count} files, which are printed at the start and then "
            + ("moved to done" if kept else "removed"),
            fatal=False,
        )


def _count(folder: Path) -> int:
    """Files that the door would take."""
    with suppress(OSError), os.scandir(folder) as names:
        return sum(1 for _ in files_in(names))
    return 0


def _device(config: Config, may: May) -> Iterator[Finding]:
    if config.door.device is None:
        return
    key, path = "door.device.path", config.door.device.path
    nommez = "indiquez un gadget imprimante (/dev/g_printer0) ou un FIFO (mkfifo)"
    wrong = "name a printer gadget (/dev/g_printer0) or a FIFO (mkfifo)"
    if (mode := _mode(path)) is None:
        yield _not_there(key, path)
    elif stat.S_ISFIFO(mode):
        yield from _rights(key, path, os.R_OK, may)
    elif not stat.S_ISCHR(mode):
        dit, says = _kind(mode)
        yield Finding(
            key,
            f"{path} est {dit}, d’où ne vient aucun ticket, {nommez}",
            f"{path} is {says}, out of which no job comes; {wrong}",
        )
    elif _major(path) == MEMORY_MAJOR:
        yield Finding(
            key,
            f"{path} ne mène à aucune caisse, {nommez}",
            f"{path} is no line to a POS; {wrong}",
        )
    else:
        yield from _rights(key, path, READ_WRITE, may)


def _serial(config: Config, may: May) -> Iterator[Finding]:
    if config.door.serial is not None:
        path = Path(config.door.serial.device)
        yield from _tty("door.serial.device", path, may)


def _printer(config: Config, may: May) -> Iterator[Finding]:
    yield from _wire("printer.link", config.printer.wire, may)
    if (second := config.printer.second) is not None:
        yield from _wire("printer.backup.link", second.wire, may)


def _wire(key: str, wire: Link, may: May) -> Iterator[Finding]:
    match wire:
        case SerialLink(path=path):
            yield from _tty(key, Path(path), may, _WAITS)
        case FileLink(path=path):
            yield from _printer_file(key, Path(path), may)
        case UsbLink():
            yield from _driver(key, "usb")
        case CupsLink():
            yield from _driver(key, "cups")
        case _:
            return


def _driver(key: str, way: drivers.Way) -> Iterator[Finding]:
    if remedy := drivers.lacking(way):
        yield Finding(
            key,
            f"il manque ce qui pilote une imprimante {way}\u00a0: {remedy}",
            f"what drives a {way} printer is not installed: {remedy}",
        )


def _printer_file(key: str, path: Path, may: May) -> Iterator[Finding]:
    """A plain file is a printer for those who try things out."""
    mode = _mode(path)
    if mode is None:
        yield _not_there(key, path, _WAITS)
    elif stat.S_ISDIR(mode) or stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        dit, says = _kind(mode)
        yield Finding(
            key,
            f"{path} est {dit}, indiquez une imprimante, par exemple /dev/usb/lp0",
            f"{path} is {says}; name a printer, for example /dev/usb/lp0",
        )
    elif not may(path, os.W_OK):
        yield from _rights(key, path, os.W_OK, may)
    elif stat.S_ISREG(mode) or _major(path) == MEMORY_MAJOR:
        yield Finding(
            key,
            f"{path} n’est pas une imprimante, rien ne sortira sur papier",
            f"{path} is no printer: nothing comes on paper",
            fatal=False,
        )


def _tty(
    key: str, path: Path, may: May, until_then: tuple[str, str] = _OPENS
) -> Iterator[Finding]:
    mode = _mode(path)
    if mode is None:
        yield _not_there(key, path, until_then)
    elif not stat.S_ISCHR(mode) or not _is_tty(path):
        yield Finding(
            key,
            f"{path} n’est pas une liaison série, indiquez-en une, par exemple "
            "/dev/ttyUSB0, ou mieux son nom sous /dev/serial/by-id",
            f"{path} is no serial line; name one, for example /dev/ttyUSB0, or better "
            "its name under /dev/serial/by-id",
        )
    else:
        yield from _rights(key, path, READ_WRITE, may)


def _rights(key: str, path: Path, wanted: int, may: May) -> Iterator[Finding]:
    if not may(path, wanted):
        group = "lp" if "lp" in path.name else "dialout"
        yield Finding(
            key,
            f"{path} n’est pas accessible à cet utilisateur, ajoutez-le au groupe de "
            f"l’appareil (le plus souvent {group}), {_PAR_QUI}",
            f"{path} cannot be used by this user; add it to the group of the device "
            f"(mostly {group}), {_AS_WHOM}",
        )


def _not_there(key: str, path: Path, until_then: tuple[str, str] = _OPENS) -> Finding:
    alors, then = until_then
    dit = f"{path} n’est pas encore là, {alors}"
    return Finding(key, dit, f"{path} is not there yet; {then}", fatal=False)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except OSError:
        return None


def _major(path: Path) -> int:
    return os.major(path.stat().st_rdev)


def _is_tty(path: Path) -> bool:
    """As sysfs has it; what it does not know may be one."""
    device = path.stat().st_rdev
    major, minor = os.major(device), os.minor(device)
    subsystem = Path(f"/sys/dev/char/{major}:{minor}/subsystem")
    if major in PTY_MAJORS or not subsystem.exists():
        return major != MEMORY_MAJOR
    return subsystem.resolve().name == "tty"


def _kind(mode: int) -> tuple[str, str]:
    kinds = (
        (stat.S_ISDIR, ("un dossier", "a folder")),
        (stat.S_ISREG, ("un fichier ordinaire", "a plain file")),
        (stat.S_ISBLK, ("un disque", "a disk")),
        (stat.S_ISSOCK, ("une socket", "a socket")),
    )
    other = ("autre chose", "something else")
    return next((names for test, names in kinds if test(mode)), other)
