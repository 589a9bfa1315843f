"""The sentences are complete, versioned, and named by what was shown."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from agent.consent.notices import Notice, Notices
from agent.consent.purposes import PURPOSES, boxes
from agent.errors import ConfigError
from agent.notice_file import load
from agent.wire.consent import Channel

FOLDER = Path(__file__).parents[2] / "config" / "notices"
NOTICES = load()


@pytest.mark.parametrize("channel", ["email", "sms", "account"])
def test_each_way_of_delivery_has_its_sentence(channel: Channel) -> None:
    notice = NOTICES.current("receipt_delivery", channel)
    assert notice is not None
    words = notice.words("Enseigne SAS")
    said = {words.fr, words.en, words.es, words.de, words.ar}
    assert len(said) == 5
    assert all("Enseigne SAS" in each and "{" not in each for each in said)
    assert words.fr.endswith("Responsable\u00a0: Enseigne SAS.")


def test_only_what_has_a_sentence_may_be_asked() -> None:
    assert NOTICES.offered() == {"receipt_delivery"}
    assert boxes(NOTICES.offered()) == {"receipt_delivery": False}
    for purpose in PURPOSES[1:]:
        assert NOTICES.current(purpose, "email") is None


def test_a_record_names_the_sentence_as_it_was_shown() -> None:
    notice = NOTICES.current("receipt_delivery", "email")
    assert notice is not None
    told = notice.reference("de", "Haus & Söhne")
    shown = notice.shown("de", "Haus & Söhne")
    assert told.sha256 == sha256(shown.encode()).hexdigest()
    assert NOTICES.knows(told, "Haus & Söhne")
    assert not NOTICES.knows(told, "Haus")
    assert not NOTICES.knows(
        told.model_copy(update={"version": "2031-1"}), "Haus & Söhne"
    )


def test_a_name_with_braces_is_a_name() -> None:
    notice = NOTICES.current("receipt_delivery", "sms")
    assert notice is not None
    assert "{0.__class__}" in notice.shown("fr", "{0.__class__}")


def test_the_newest_version_is_shown_and_the_old_one_stays_known() -> None:
    old = NOTICES.current("receipt_delivery", "email")
    assert old is not None
    new = old.model_copy(update={"version": "2026-10"})
    both = Notices([new, old])
    assert both.current("receipt_delivery", "email") == new
    assert new.name == "delivery-email-2026-10"
    assert both.knows(old.reference("fr", "E"), "E")


def test_the_files_are_named_as_what_they_hold() -> None:
    for path in FOLDER.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        name, year, number = path.stem.rsplit("-", 2)
        assert f'id = "{name}"' in text
        assert f'version = "{year}-{number}"' in text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("{controller}", "le magasin"), "say who answers for it"),
        (("{controller}", "{shop}"), "say who answers for it"),
        (("{controller}", "{controller} {"), "text.fr"),
        (('version = "2026-1"', 'version = "new"'), "version"),
        (('channel = "email"', 'channel = "post"'), "channel"),
        (
            ('purpose = "receipt_delivery"', 'purpose = "marketing_sms"'),
            "marketing_sms does not go by email",
        ),
        (("[text]", "[words]"), "text"),
        (("[text]", "[text"), "not TOML"),
    ],
)
def test_a_bad_file_says_what_is_wrong(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    good = (FOLDER / "delivery-email-2026-1.toml").read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(good.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        load(tmp_path)
    assert "own.toml" in str(told.value)
    assert says in str(told.value)


def test_a_shop_s_own_sentences_come_too(tmp_path: Path) -> None:
    good = (FOLDER / "delivery-email-2026-1.toml").read_text(encoding="utf-8")
    own = good.replace("delivery-email", "offers").replace(
        "receipt_delivery", "marketing_email"
    )
    (tmp_path / "offers.toml").write_text(own, encoding="utf-8")
    notices = load(tmp_path)
    assert notices.offered() == {"receipt_delivery", "marketing_email"}
    with pytest.raises(ConfigError, match="no such folder"):
        load(tmp_path / "nowhere")


def test_a_notice_of_any_shape_is_one_or_an_error() -> None:
    with pytest.raises(ValueError, match="id"):
        Notice.model_validate({"id": "Ü"})
