"""What the Ansible roles write is TOML that says what the variables say."""

from __future__ import annotations

import datetime as dt
import importlib.util
import math
import tomllib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

yaml = pytest.importorskip("yaml")
jinja2 = pytest.importorskip("jinja2")

from agent.config import load  # noqa: E402 -- after what may be missing

HERE = Path(__file__).resolve().parents[2] / "ansible"


def plugin(role: str = "receipt_agent") -> ModuleType:
    path = HERE / "roles" / role / "filter_plugins" / "receipt_toml.py"
    spec = importlib.util.spec_from_file_location(f"plugin_of_{role}", path)
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


TOML = plugin()


def rendered(role: str, template: str, **given: Any) -> str:
    around = jinja2.Environment(trim_blocks=True, autoescape=False)
    around.filters |= plugin(role).FilterModule().filters()
    text = (HERE / "roles" / role / "templates" / template).read_text()
    facts = yaml.safe_load((HERE / "roles" / role / "defaults/main.yml").read_text())
    group = yaml.safe_load((HERE / "inventory/group_vars/all.yml").read_text())
    own = {"ansible_managed": "Ansible", **given}
    made: str = around.from_string(text).render({**facts, **group, **own})
    return made


def agent_toml(**given: Any) -> str:
    till = {"receipt_agent_store": "S0042", "receipt_agent_till": "T01"}
    return rendered("receipt_agent", "agent.toml.j2", **{**till, **given})


def test_any_key_of_any_section_may_be_set(tmp_path: Path) -> None:
    sections: dict[str, Any] = {
        "printer": {"asks": "never", "backup": {"link": "tcp://192.168.1.51:9100"}},
        "till": {"sensitive": True},
        "sync": {"ca_file": "/etc/receipt-agent/ca.pem"},
        "door": {"tcp": {"listen": "192.168.1.10:9100", "allow_from": ["192.168.1.2"]}},
        "door.serial": {"device": "/dev/till/pos", "baud": 19200},
        "choice": {"window_s": 20.0},
    }
    path = tmp_path / "agent.toml"
    path.write_text(agent_toml(receipt_agent_sections=sections))
    said = tomllib.loads(path.read_text())
    assert said["printer"] == {"link": "tcp://192.168.1.50:9100", **sections["printer"]}
    assert said["door"]["serial"] == sections["door.serial"]
    config = load(path)
    assert config.printer.asks == "never"
    assert config.printer.second is not None
    assert config.till.sensitive is True
    assert config.till.tenant == "enseigne"
    assert config.sync.url == "https://tickets.enseigne.example"
    assert config.door.tcp.address == ("192.168.1.10", 9100)


def test_what_a_section_says_goes_before_the_variable_of_its_key() -> None:
    sections: dict[str, Any] = {"printer": {"link": "file:///dev/till/printer"}}
    said = tomllib.loads(agent_toml(receipt_agent_sections=sections))
    assert said["printer"] == sections["printer"]


def test_a_till_whose_number_looks_like_one_stays_text_and_no_rcu_is_none() -> None:
    said = tomllib.loads(agent_toml(receipt_agent_store=42, receipt_agent_rcu_url=""))
    assert said["till"]["store"] == "42"
    assert "sync" not in said


def test_the_rcu_s_sections_go_with_its_own_keys() -> None:
    sections: dict[str, Any] = {
        "server": {"metrics_port": 9465},
        "tills": {"fresh_s": 60},
    }
    text = rendered("receipt_rcu", "rcu.toml.j2", receipt_rcu_sections=sections)
    said = tomllib.loads(text)
    assert said["server"] == {"host": "127.0.0.1", "port": 8480, "metrics_port": 9465}
    assert said["tills"]["fresh_s"] == 60
    assert said["tills"]["urls"] == ["https://tickets.enseigne.example"]


def test_tables_lists_of_tables_and_every_kind_of_text_come_back() -> None:
    whole = {
        "top": 1,
        "a": {
            "b": {"c": {"empty": {}}, "list": []},
            "x y": 'quo"te\\ \n\t\x1b\x7f é 🧾',
        },
        "relays": [
            {"host": "one", "tls": {"ca": "x"}, "ports": [25, 587]},
            {"host": "two", "more": [{"n": 1}, {"n": 2}]},
        ],
        "mixed": [1, {"in line": {"deep": [True]}}],
        "day": dt.date(2026, 11, 29),
        "at": dt.datetime(2026, 11, 29, 19, 0, tzinfo=dt.UTC),
        "time": dt.time(8, 30),
        "floats": [20.0, 1e-07, 1e22, math.inf, -math.inf],
        "": {"é.è": "dotted", "7": 7},
        "multi": 'line one\nline """ two\r\n',
    }
    assert tomllib.loads(TOML.receipt_toml(whole)) == whole


CHARACTERS = st.characters(codec="utf-8")
SCALARS = (
    st.text(CHARACTERS)
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.dates()
)
KEYS = st.text(CHARACTERS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=12,
)
TOP = st.text(CHARACTERS.filter(lambda each: each != "."))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(TOP, VALUES, max_size=4))
def test_whatever_yaml_can_say_comes_back(whole: dict[str, Any]) -> None:
    assert tomllib.loads(TOML.receipt_toml(whole)) == whole


@pytest.mark.parametrize("value", [None, {"b": None}, [None], [{"b": None}], b"raw"])
def test_what_toml_cannot_say_is_refused_by_its_key(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^a.*leave the key out"):
        TOML.receipt_toml({"a": {"a": value}})


def test_what_is_refused_is_not_shown() -> None:
    """It may be a secret, and Ansible shows and logs the message."""
    with pytest.raises(ValueError, match=r"^mail\.user.* bytes") as refused:
        TOML.receipt_toml({"mail": {"user": b"s3cretword"}})
    assert "s3cretword" not in str(refused.value)


class Vaulted(Sequence[str]):
    """``!vault`` within a variable, as ansible-core hands it to a filter before 2.19."""

    __ENCRYPTED__ = True

    def __str__(self) -> str:
        return 's3cret"word'

    def __getitem__(self, at: Any) -> Any:
        return str(self)[at]

    def __len__(self) -> int:
        return len(str(self))


def test_a_string_from_the_vault_is_text() -> None:
    secret = Vaulted()
    whole = {"mail": {"user": secret, "more": [secret], "relays": [{"user": secret}]}}
    said = tomllib.loads(TOML.receipt_toml(whole))["mail"]
    word = str(secret)
    assert said == {"user": word, "more": [word], "relays": [{"user": word}]}


def test_a_key_that_yaml_took_for_something_else_is_refused() -> None:
    with pytest.raises(TypeError, match="between quotes"):
        TOML.receipt_toml({"a": {True: "on"}})
