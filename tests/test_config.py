"""A bad configuration names file, key and remedy; the example is a good one."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from agent.cli import main
from agent.config import EXIT_CONFIG, Config, load
from agent.errors import ConfigError

EXAMPLE = Path(__file__).parent.parent / "config" / "agent.example.toml"
GOOD = """
[till]
tenant = "enseigne"
store = "S0042"
till = "T03"
shop = "Le Comptoir des Halles"
tickets_url = "https://tickets.example/"
[printer]
link = "tcp://127.0.0.1:9101"
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "agent.toml"
    path.write_text(text)
    return path


def test_the_smallest_configuration_is_five_facts_and_a_printer(tmp_path: Path) -> None:
    config = load(write(tmp_path, GOOD))
    assert config.till.source == "urn:edge:enseigne:S0042:T03"
    assert config.till.tickets_url == "https://tickets.example"
    assert config.mail is None
    assert not config.sync.enabled


@pytest.mark.parametrize(
    ("extra", "key", "remedy"),
    [
        ("[door.tcp]\nlisten = '192.168.1.9:9100'", "door.tcp", "allow_from"),
        ("[screens]\nlisten = '0.0.0.0:8080'", "screens.listen", "127.0.0.1"),
        ("[choice]\nwindow_s = 0", "choice.window_s", "3 is the least"),
        ("[screens]\nsession_days = 999", "screens.session_days", "366 is the most"),
        ("[screens]\nlisten = '127.0.0.1:99999'", "screens.listen", "65535"),
        ("[choise]\nwindow_s = 9", "choise", "did you mean choice?"),
        ("[choice]\nwindow = 9", "choice.window", "did you mean window_s?"),
        ("[choice]\nwindow_s = 'long'", "choice.window_s", "write for example 8.0"),
        ("[screens]\nlisten = '127.0.0.1:9100'", "(file)", "a port of its own"),
        ("[mail]\nhost = 'smtp.example'", "mail.sender", "missing"),
        (
            "[mail]\nhost='smtp.example'\nsender='a@b.fr'\nsecurity='none'",
            "mail",
            "starttls",
        ),
        (
            "[sms]\nway = 'modem'\n[sms.modem]\ndevice='/dev/ttyS0'",
            "(file)",
            "sync.url",
        ),
        ("[sms]\nway = 'pigeon'", "sms.way", "write one of"),
        ("[sms]\nway = 'ovh'", "sms", "[sms.ovh]"),
        ("[sms.modem]\nport = 1", "sms.way", "missing"),
        ("[sync]\nurl = 'http://rcu.example'", "sync", "https"),
        (
            "[sync]\nurl = 'https://rcu.example'\nclient_cert_file = '/a'",
            "sync",
            "client_key_file",
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(
    tmp_path: Path, extra: str, key: str, remedy: str
) -> None:
    path = write(tmp_path, GOOD + extra)
    with pytest.raises(ConfigError) as caught:
        load(path)
    line = str(caught.value).splitlines()[0]
    assert line.startswith(f"{path}: {key}")
    assert remedy in line


SMS = """
[sms]
way = "modem"
[sms.modem]
device = "/dev/ttyS0"
[sync]
url = "https://rcu.example"
token_file = "/x"
"""


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ("https://tickets.example/", "https://tïckets.example/", "plain ASCII"),
        ("https://tickets.example/", f"https://{'t' * 100}.example/", "at most 100"),
        ("tcp://127.0.0.1:9101", "serial:///dev/ttyS0", "printer.link are both"),
    ],
)
def test_an_sms_needs_an_address_that_fits_and_a_line_of_its_own(
    tmp_path: Path, old: str, new: str, remedy: str
) -> None:
    assert load(write(tmp_path, GOOD + SMS)).sms is not None
    with pytest.raises(ConfigError, match=re.escape(remedy)):
        load(write(tmp_path, GOOD.replace(old, new) + SMS))


@pytest.mark.parametrize("text", ["[till", "\xff\xfe", "till = 1"])
def test_what_is_no_toml_or_no_configuration_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "agent.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=re.escape(str(path))):
        load(path)


DEEP = 5000


@pytest.mark.parametrize(
    "text",
    [
        f"x = {'[' * DEEP}{']' * DEEP}",
        f"x = {'{a=' * DEEP}1{'}' * DEEP}",
        f"[till]\nshop{'.a' * DEEP} = 1",
        f"[{'.'.join('a' * DEEP)}]",
        f"[door.tcp]\nallow_from = {'[' * 17}{']' * 17}",
    ],
    ids=["lists", "tables", "dots", "header", "just too deep"],
)
def test_what_is_nested_without_end_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="inside one another"):
        load(write(tmp_path, text))


def test_a_file_without_end_is_not_read_to_its_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(ConfigError, match="/dev/zero: longer than"):
        load(Path("/dev/zero"))
    assert main(["config", "migrate", "--config", "/dev/zero"]) == EXIT_CONFIG
    assert "/dev/zero: longer than" in capsys.readouterr().err


def test_migrate_too_says_what_is_nested_without_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, f"[till]\nshop{'.a' * DEEP} = 1")
    assert main(["config", "migrate", "--config", str(path)]) == EXIT_CONFIG
    assert "inside one another" in capsys.readouterr().err


def test_check_exits_78_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--config", str(tmp_path / "none.toml")]) == EXIT_CONFIG
    assert "no such file" in capsys.readouterr().err


def test_check_says_it_as_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "agent.toml"
    asked = ["check", "--json", "--config", str(path)]
    assert main(asked) == EXIT_CONFIG
    said = json.loads(capsys.readouterr().out)
    assert (said["works"], "no such file" in said["lines"][0]) == (False, True)
    path = write(
        tmp_path, GOOD.replace("[till]", f"[till]\nstate_dir = '{tmp_path}/s'")
    )
    assert main(["check", "--json", "--config", str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["works"] is True


def test_check_also_opens_the_files_of_secrets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tmp_path / "rcu.token"
    good = GOOD.replace("[till]", f"[till]\nstate_dir = '{tmp_path}/state'")
    sync = f"[sync]\nurl = 'https://rcu.example'\ntoken_file = '{token}'\n"
    path = write(tmp_path, good + sync)
    assert main(["check", "--config", str(path)]) == EXIT_CONFIG
    assert str(token) in capsys.readouterr().err
    token.write_text("abc123\n")
    assert main(["check", "--config", str(path)]) == 0
    assert "fine" in capsys.readouterr().out


def test_check_also_opens_the_profile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "pos.toml"
    profile.write_text("schema = 'profile/1'\nname = 'pos'\n[fields]\nnumber = 'AB'\n")
    good = GOOD.replace("[till]", f"[till]\nstate_dir = '{tmp_path}/state'")
    path = write(tmp_path, f"{good}[receipt]\nprofile = '{profile}'\n")
    assert main(["check", "--config", str(path)]) == EXIT_CONFIG
    assert f"{profile}: fields.number = 'AB': put ( ) around" in capsys.readouterr().err
    profile.write_text("schema = 'profile/1'\nname = 'pos'\n")
    assert main(["check", "--config", str(path)]) == 0


def test_check_says_why_pictures_are_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An engine may come later: the configuration is fine without."""
    for engine, said in (("no-such-engine", "ocr.engine: "), ("", "")):
        state = f'state_dir = "{tmp_path}"\n[printer]'
        text = GOOD.replace("[printer]", state) + f'[ocr]\nengine = "{engine}"\n'
        assert main(["check", "--config", str(write(tmp_path, text))]) == 0
        out = capsys.readouterr().out
        assert ": en ordre (fine)" in out
        assert ("ocr.engine: " in out) == bool(said)


def test_check_says_that_the_database_has_no_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    place = f"[till]\nstate_dir = '{tmp_path}/file/state'"
    path = write(tmp_path, GOOD.replace("[till]", place))
    assert main(["check", "--config", str(path)]) == EXIT_CONFIG
    assert "till.state_dir" in capsys.readouterr().err


def test_the_example_is_valid_and_so_is_every_commented_default() -> None:
    text = EXAMPLE.read_text()
    assert Config.model_validate(tomllib.loads(text)).mail is None
    uncommented = re.sub(r"^#(\[|[a-z_]+ = )", r"\1", text, flags=re.MULTILINE)
    # All doors at once: the printer is a Star then.
    asked = uncommented.replace('\nasks = "auto"', '\nasks = "star"')
    full = Config.model_validate(tomllib.loads(asked))
    assert full.mail is not None
    assert full.sync.enabled


def _keys(model: type[BaseModel], prefix: str = "") -> set[str]:
    keys = set[str]()
    for name, field in model.model_fields.items():
        inner = field.annotation
        candidates = [inner, *getattr(inner, "__args__", ())]
        section = next(
            (c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)),
            None,
        )
        keys |= _keys(section, f"{prefix}{name}.") if section else {prefix + name}
    return keys


def test_every_key_stands_in_the_example_with_its_comment() -> None:
    section, documented = "", set[str]()
    for line in EXAMPLE.read_text().splitlines():
        if found := re.match(r"#?\[+([a-z.]+)\]", line):
            section = found[1]
        elif found := re.match(r"#?([a-z_]+) = ", line):
            documented.add(f"{section}.{found[1]}".lstrip("."))
    assert _keys(Config) == documented


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("[door.serial]\ndevice = '/dev/nowhere0'", "/dev/nowhere0 is not there yet"),
        ("[choice]\nhold = false", "L. 541-15-10"),
    ],
)
def test_check_says_what_works_and_may_surprise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], extra: str, said: str
) -> None:
    place = f"[till]\nstate_dir = '{tmp_path}/state'"
    path = write(tmp_path, GOOD.replace("[till]", place) + extra)
    assert main(["check", "--config", str(path)]) == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("extra", "named"),
    [
        ("[identity]\nmodel_id = 16", "identity"),
        ("[receipt]\nprofile = '/nowhere/caisse.toml'", "receipt.profile"),
        ("[identity]\nmaker = 'Épson'", "identity.maker"),
        ("[door.serial]\ndevice = '/dev/ttyS0'\nbaud = 12345", "door.serial.baud"),
        ("[door.folder]\npath = 'jobs'", "door.folder.path"),
        ("[door.http]\ntoken_file = '/nowhere/token'", "/nowhere/token"),
        ("[door.star]\nlisten = '127.0.0.1:9100'", "door.star.listen"),
        ("[door.star]\nlisten = '0.0.0.0:9101'", "door.star"),
        ("[door.folder]\npath = '/etc/cups'\nafter = 'keep'", "the system's"),
        (
            "[door.serial]\ndevice = '/dev/tty9'\n[door.device]\npath = '/dev/x/../tty9'",
            "door.serial and door.device are both /dev/tty9",
        ),
    ],
)
def test_check_says_what_is_wrong_with_a_door(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], extra: str, named: str
) -> None:
    place = f"[till]\nstate_dir = '{tmp_path}/state'"
    path = write(tmp_path, GOOD.replace("[till]", place) + extra)
    assert main(["check", "--config", str(path)]) == EXIT_CONFIG
    assert named in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "window_s"),
    [
        ("", 8.0),
        ("[policy]\nterminal = 'sco'", 15.0),
        ("[policy]\nterminal = 'kiosk'", 15.0),
        ("[policy]\nterminal = 'sco'\n[choice]\nwindow_s = 20", 20.0),
    ],
)
def test_where_nobody_helps_a_receipt_waits_longer(
    tmp_path: Path, more: str, window_s: float
) -> None:
    config = load(write(tmp_path, GOOD + more))
    assert config.choice.window_for(config.policy.terminal) == window_s


@pytest.mark.parametrize(
    ("more", "prints"),
    [
        ("", False),
        ("[policy]\nterminal = 'sco'", True),
        ("[policy]\nterminal = 'sco'\n[choice]\nexit_slip = false", False),
        ("[choice]\nexit_slip = true", True),
    ],
)
def test_a_barrier_stands_behind_a_self_checkout_or_where_it_says_so(
    tmp_path: Path, more: str, prints: bool
) -> None:
    config = load(write(tmp_path, GOOD + more))
    assert config.choice.exit_slip_at(config.policy.terminal) is prints
