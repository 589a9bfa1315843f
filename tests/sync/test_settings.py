"""Sync settings that cannot be safe are refused, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from agent.errors import ConfigError
from agent.sync.answers import retry_after_s
from agent.sync.settings import MAX_TOKEN_BYTES, SyncSettings

FILE = Path("token")


def test_no_url_means_no_uplink() -> None:
    assert not SyncSettings().enabled


@pytest.mark.parametrize(
    "url",
    [
        "https://rcu.example.org",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "http://localhost:8080",
    ],
)
def test_https_or_this_machine(url: str) -> None:
    assert SyncSettings(url=url, token_file=FILE).enabled


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://rcu.example.org", "use https"),
        ("http://10.0.0.7", "use https"),
        ("http://127.0.0.1.example.org", "use https"),
        ("ftp://rcu.example.org", "give https://"),
        ("rcu.example.org", "give https://"),
        ("https://till:secret@rcu.example.org", "no user"),
        ("https://rcu.example.org/?token=secret", "no user"),
    ],
)
def test_other_addresses_are_refused(url: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        SyncSettings(url=url, token_file=FILE)


def test_a_client_certificate_needs_its_key() -> None:
    with pytest.raises(ValidationError, match="belong together"):
        SyncSettings(url="https://rcu.example.org", client_cert_file=FILE)


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"two words", b"a\nb", "clé".encode(), b"x" * 5000]
)
def test_what_is_no_token_is_refused_and_not_shown(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "token").write_bytes(content)
    settings = SyncSettings(url="https://rcu.example", token_file=tmp_path / "token")
    with pytest.raises(ConfigError, match="one token") as caught:
        settings.read_token()
    if len(content) > 2:
        assert content.decode() not in str(caught.value)
    assert len(content) <= MAX_TOKEN_BYTES + 1000


def test_a_missing_token_file_is_named(tmp_path: Path) -> None:
    settings = SyncSettings(url="https://rcu.example", token_file=tmp_path / "none")
    with pytest.raises(ConfigError, match="none: No such file"):
        settings.read_token()


def test_the_end_of_line_is_no_part_of_the_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"abc.DEF-123~+/=\r\n")
    settings = SyncSettings(url="https://rcu.example", token_file=tmp_path / "token")
    assert settings.read_token().get_secret_value() == "abc.DEF-123~+/="


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": "99999999999999999999"}, 3600.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "soon"}, 0.0),
        ({"retry-after": "Fri, 02 Jan 2026 09:00:30 GMT"}, 0.0),
        (
            {
                "retry-after": "Fri, 02 Jan 2026 09:00:30 GMT",
                "date": "Fri, 02 Jan 2026 09:00:00 GMT",
            },
            30.0,
        ),
        (
            {
                "retry-after": "Fri, 02 Jan 2026 09:00:00 GMT",
                "date": "Fri, 02 Jan 2026 09:00:30 GMT",
            },
            0.0,
        ),
        (
            {
                "retry-after": "Fri, 02 Jan 2026 09:00:30 -0000",
                "date": "Fri, 02 Jan 2026 09:00:00 GMT",
            },
            0.0,
        ),
    ],
)
def test_retry_after_is_read_by_the_peers_clock_and_clamped(
    headers: dict[str, str], seconds: float
) -> None:
    assert retry_after_s(headers) == seconds
