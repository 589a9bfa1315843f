"""A profile proposed from papers, and tried on them."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from agent.escpos.settings import Printer
from agent.paper.strip import PaperLine
from agent.profiles.model import Profile
from agent.samples.paper import Sample, sample_of
from agent.samples.propose import Seen, proposal
from agent.samples.score import alike, lines, score
from hardware_sim import hand_bytes
from hardware_sim.goods import Trade
from hardware_sim.receipts import sale

TRADES: tuple[Trade, ...] = ("restaurant", "diy", "bakery", "fashion", "supermarket")


def papers(trade: Trade, seeds: range) -> list[Sample]:
    return [
        sample_of(hand_bytes.encode(sale(trade, seed)), f"{seed}.bin", Printer())
        for seed in seeds
    ]


def proposed(samples: list[Sample], name: str = "x") -> tuple[str, Profile]:
    text = proposal([Seen(each, each.read(), (19,)) for each in samples], name)
    return text, Profile.model_validate(tomllib.loads(text))


@pytest.mark.parametrize("trade", TRADES)
def test_a_proposal_can_be_used_as_it_is_and_loses_nothing(trade: Trade) -> None:
    _, known = proposed(papers(trade, range(6)))
    made = score(papers(trade, range(12)), known, truth=False)
    assert not made.worse
    assert made.papers == 12
    assert made.notes == []


def test_it_says_what_is_constant_and_where_numbers_stand() -> None:
    text, known = proposed(papers("diy", range(6)), "bricolage")
    assert known.merchant.name == "Brico des Deux Fleuves"
    assert known.merchant.siret == "00000404400012"
    assert known.fields.till == r"Caisse *(\d+)"
    assert known.fields.number == r"Tk *([0-9A-Z][0-9A-Z./-]*)"
    assert known.paper.columns == 48
    assert "choose their code page themselves (ESC t 19)" in text
    assert "#  '^ *MERCI +DE +VOTRE +VISITE'," in text


def test_one_paper_is_no_proof_of_anything_constant() -> None:
    text, known = proposed(papers("diy", range(1)))
    assert known.merchant.name is None
    assert known.fields.till is None
    assert "give more" in text
    assert "#till = 'Caisse *(\\d+)'" in text


def test_a_siret_that_all_papers_have_wrong_is_left_to_a_person() -> None:
    """A POS was set up with two digits changed over: its papers go on saying so."""
    wrong = b"00000404400021"
    jobs = [hand_bytes.encode(sale("diy", seed)) for seed in range(6)]
    samples = [
        sample_of(job.replace(b"00000404400012", wrong), f"{at}.bin", Printer())
        for at, job in enumerate(jobs)
    ]
    assert samples[0].read().merchant.siret == "00000404400021"
    text, known = proposed(samples)
    assert "#siret = '00000404400021'" in text
    assert known.merchant.siret is None
    assert known.merchant.name == "Brico des Deux Fleuves"


def test_what_varies_stays_a_comment() -> None:
    _, known = proposed([*papers("diy", range(2)), *papers("bakery", range(3))])
    assert known.merchant.name is None
    assert known.fields.till is None


@pytest.mark.parametrize(
    "evil", ["'''", '"', "\\", "\x1b]0;x\x07", "\u202e", "#", "] = [", "\ud800", "'\n'"]
)
def test_hostile_papers_make_a_file_that_can_be_read(evil: str) -> None:
    shop = [
        f"{evil}CHEZ{evil} LOUIS{evil}",
        f"TICKET {evil} N° 12",
        f"MERCI{evil}{evil}",
    ]
    sold = ["PAIN 1,00", "TOTAL 1,00", "CB 1,00", *["."] * 9]
    sample = Sample(evil, tuple(PaperLine(line) for line in [*shop, *sold, *shop]))
    text, known = proposed([sample, sample], "x")
    assert known.name == "x"
    assert not set(text) & set("\x1b\x07\u202e")


class TestScore:
    SHOP = Sample(
        "a",
        tuple(
            PaperLine(t) for t in ("TICKET N° 12", "PAIN 1,00", "TOTAL 1,00", "CB 1,00")
        ),
        truth={"till": "3", "total": "1.00", "payments": [{"amount": "1,00"}]},
    )

    def known(self, **fields: Any) -> Profile:
        return Profile.model_validate({"schema": "profile/1", "name": "x", **fields})

    def test_a_gain_is_told_by_field_and_by_truth(self) -> None:
        made = score(
            [self.SHOP], self.known(fields={"till": "N° *1([0-9])"}), truth=True
        )
        till = made.fields["till"]
        assert (till.gained, till.lost, till.right["with"]) == (1, 0, 0)
        assert not made.worse
        assert "  till         gained 1, right 0 -> 0 of 1" in list(lines(made))

    def test_less_right_is_worse(self) -> None:
        right = self.known(fields={"till": "N° *([0-9])"})
        sample = Sample(
            "a", self.SHOP.lines, truth={"company": None, "receipt_no": "12"}
        )
        assert not score([sample], right, truth=True).worse
        wrong = self.known(fields={"number": "N° *1([0-9])"})
        made = score([sample], wrong, truth=True)
        assert made.worse
        assert list(lines(made))[-1] == "worse with the profile"
        assert not score([sample], wrong, truth=False).worse  # changed, not lost

    def test_a_paper_wider_than_the_profile_says_is_noted(self) -> None:
        wide = Sample("wide", (PaperLine("x" * 50),))
        made = score([wide], self.known(paper={"columns": 42}), truth=False)
        assert made.notes == ["wide: a line of 50 columns"]

    @pytest.mark.parametrize(
        ("told", "wanted", "same"),
        [
            ("ÉPICERIE lucie", "epicerie Lucie", True),
            (None, "x", False),
            (None, None, True),
            ([{"amount": "1.00"}, {"amount": "2.00"}], [{"amount": "2.00"}], False),
            ([{"amount": "1.00"}], [{"amount": "1,00", "name": "x"}], True),
        ],
    )
    def test_alike(self, told: Any, wanted: Any, same: bool) -> None:
        assert alike(told, wanted) is same
