"""docs/configuration.md has every key as the code has it, and the examples name each."""

from __future__ import annotations

import tomllib

import pytest
from pydantic import BaseModel, Field

from tests.docs import keys, reference
from tests.docs.keys import sections

FILES = {example: model for _, example, model in reference.FILES}


def example_of(name: str) -> str:
    return (reference.ROOT / "config" / name).read_text()


def test_the_page_is_what_the_code_says() -> None:
    written = reference.PAGE.read_text()
    assert written == reference.page(), "run python -m tests.docs.reference"
    assert (
        "| `window_s` | number, seconds | unset | at least 3; at most 300 |" in written
    )


@pytest.mark.parametrize("name", FILES)
def test_the_example_names_every_key_and_no_other(name: str) -> None:
    known = {key.whole for each in sections(FILES[name]) for key in each.keys}
    named = set(keys.comments(example_of(name)))
    assert (known - named, named - known) == (set(), set())


@pytest.mark.parametrize("name", FILES)
def test_every_key_says_what_it_is_for(name: str) -> None:
    above = keys.comments(example_of(name))
    mute = [
        key.whole
        for section in sections(FILES[name])
        for key in section.keys
        if not reference.said(section, key, above)
    ]
    assert mute == []


@pytest.mark.parametrize("name", FILES)
def test_what_is_secret_stands_in_a_file_of_its_own(name: str) -> None:
    """By its name; a new key that would hold a password itself is seen here."""
    told = ("password", "secret", "token", "pin")
    bare = [
        key.whole
        for section in sections(FILES[name])
        for key in section.keys
        if any(word in key.name.split("_") for word in told) and not key.secret
    ]
    assert bare == []


def test_both_examples_are_toml() -> None:
    for name in FILES:
        tomllib.loads(example_of(name))


def test_a_key_is_told_with_its_type_bounds_and_meaning() -> None:
    class Inner(BaseModel):
        """``[outer.inner]``: what it is."""

        wait_s: float = Field(default=2.0, gt=0, le=9)
        """How long."""
        way: str = Field(pattern="^a$")

    class Outer(BaseModel):
        inner: Inner | None = None

    (_, section) = sections(Outer)
    wait, way = section.keys
    assert (section.heading, section.says) == ("[inner]", "What it is.")
    assert (wait.type, wait.default, wait.bounds, wait.docstring) == (
        "number, seconds",
        "`2.0`",
        "more than 0; at most 9",
        "How long.",
    )
    assert (way.default, way.bounds) == ("**required**", "`^a$`")
    above = keys.comments("[inner]\n# Two of them.\n#wait_s = 2.0\n#way = 'a'\n")
    said = [reference.said(section, key, above) for key in section.keys]
    assert said == ["Two of them.", "Two of them."]
    assert reference.said(section, wait, {}) == "How long."
