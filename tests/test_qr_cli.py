"""``receipt-agent dictionary`` and ``keylist``, as store IT types them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as form

from agent.cli import main
from agent.config import EXIT_CONFIG
from agent.dictionary import stored
from agent.keylist import read_roots, verifies
from agent.keyring.ring import Keyring
from agent.qr import general
from agent.qr.decode import Decoded, Trust, decode
from agent.qr.encode import Coded, Dictionary, Issuer, encode
from agent.qr.keylist import KeyList, opened
from agent.qr.symbol import TARGETS
from agent.store.records import OpenReceipt
from agent.wire.receipt import Merchant, Receipt
from hardware_sim.papers.generate import generate
from tests.qr import rig
from tests.store.builders import a_receipt, leave_key
from tests.store.builders import opened as opened_store

NOW = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
SHOPS = """
[stores.7641]
name = "AU PANIER"
address = ["1 rue des Halles", "69002 LYON"]
"""


@pytest.fixture
def papers(tmp_path: Path) -> list[str]:
    names = []
    for seed in range(12):
        paper = generate(seed, layout="supermarket", land="FR")
        path = tmp_path / f"{seed}.txt"
        path.write_text("\n".join(paper.lines), encoding="utf-8")
        names.append(str(path))
    return names


@pytest.fixture
def office(tmp_path: Path) -> Path:
    path = tmp_path / "office.pem"
    pem = (form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    path.write_bytes(rig.OFFICE.secret.private_bytes(*pem))
    return path


def train(papers: list[str], folder: Path, *more: str) -> int:
    told = ["dictionary", "train", "--from", *papers, "--as", "text"]
    return main([*told, "--to", str(folder), "--at-least", "3", *more])


def build(office: Path, folder: Path, shops: Path, index: Path, *more: str) -> int:
    told = ["keylist", "build", f"7641={index}", "--root", str(office)]
    told += ["--retailer", "Les Paniers", "--stores", str(shops), "-o", str(folder)]
    return main([*told, *more])


def test_a_till_s_receipt_is_verified_by_what_the_two_commands_publish(
    tmp_path: Path, papers: list[str], office: Path
) -> None:
    folder, shops, ring = tmp_path / "d", tmp_path / "shops.toml", tmp_path / "ring"
    assert train(papers, folder) == 0
    shops.write_text(SHOPS)
    Keyring(ring).init(NOW)
    site = tmp_path / "site"
    more = ("--dictionaries", str(folder))
    assert build(office, site, shops, ring / "index.jsonl", *more) == 0
    assert main(["keylist", "verify", "-o", str(site)]) == 0

    roots = read_roots((site / "root.json").read_bytes(), "root.json")
    keys = opened((site / "keys.json").read_bytes(), roots, verifies)
    assert isinstance(keys, KeyList)
    assert keys.stores["7641"].name == "AU PANIER"
    assert keys.dictionaries[general.GENERAL_FR] == general.SHA256
    own = Dictionary(16, (site / "d" / "16.bin").read_bytes())
    assert own.content == (folder / "16.bin").read_bytes()
    signer = Keyring(ring).signer("qr", NOW)
    issuer = Issuer(rig.PREFIX, signer, own, listed=True)
    receipt: Receipt = rig.paper(119, land="FR")
    made = encode(receipt, issuer, TARGETS["screen"], rig.TOKEN)
    assert isinstance(made, Coded)
    found = decode(made.url, keys, {16: own.content}, verifies)
    assert isinstance(found, Decoded)
    assert found.trust is Trust.VERIFIED
    assert found.receipt.merchant == Merchant(
        name="AU PANIER", address=("1 rue des Halles", "69002 LYON")
    )

    Keyring(ring).rotate("qr", NOW, revoke=True)
    assert build(office, site, shops, ring / "index.jsonl", *more) == 0
    keys = opened((site / "keys.json").read_bytes(), roots, verifies)
    assert isinstance(keys, KeyList)
    assert len(keys.keys) == 2
    found = decode(made.url, keys, {16: own.content}, verifies)
    assert isinstance(found, Decoded)
    assert found.trust is Trust.REVOKED


def test_two_dictionaries_of_one_number_are_not_published(
    tmp_path: Path,
    papers: list[str],
    office: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shops, ring, site = tmp_path / "shops.toml", tmp_path / "ring", tmp_path / "site"
    shops.write_text(SHOPS)
    Keyring(ring).init(NOW)
    assert train(papers, tmp_path / "north") == 0
    assert train(papers[: len(papers) // 2], tmp_path / "south") == 0
    more = ("--dictionaries", str(tmp_path / "north"), str(tmp_path / "south"))
    index = ring / "index.jsonl"
    assert build(office, site, shops, index, *more) == EXIT_CONFIG
    assert "two dictionaries of one number" in capsys.readouterr().err
    assert not site.exists()


def test_a_number_is_given_once_and_the_bytes_stay(
    tmp_path: Path, papers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "d"
    assert train(papers, folder) == 0
    first = (folder / "16.bin").read_bytes()
    assert train(papers, folder, "--number", "16") == EXIT_CONFIG
    assert train(papers, folder, "--number", "1") == EXIT_CONFIG
    assert train(papers, folder) == 0
    assert (folder / "16.bin").read_bytes() == first
    capsys.readouterr()
    assert main(["dictionary", "list", "--to", str(folder)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == ["16", "17"]
    assert "of 12 receipts, in 3 or more" in said[0]
    (folder / "16.bin").write_bytes(b"another")
    assert main(["dictionary", "list", "--to", str(folder)]) == EXIT_CONFIG
    assert "has changed" in capsys.readouterr().err


def test_papers_with_nothing_in_common_make_none(tmp_path: Path) -> None:
    paper = tmp_path / "a.txt"
    paper.write_text("PAIN 1,20\nTOTAL 1,20\n")
    folder = tmp_path / "d"
    assert train([str(paper)], folder) == 66
    assert not folder.exists()


def test_sixteen_shards_are_each_signed(
    tmp_path: Path, office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shops, ring, site = tmp_path / "shops.toml", tmp_path / "ring", tmp_path / "site"
    shops.write_text(SHOPS)
    Keyring(ring).init(NOW)
    assert build(office, site, shops, ring / "index.jsonl", "--shards") == 0
    assert len(list(site.glob("keys-?.json"))) == 16
    assert main(["keylist", "verify", "-o", str(site)]) == 0
    told = json.loads((site / "keys-0.json").read_text())
    told["payload"] = "e30"
    (site / "keys-0.json").write_text(json.dumps(told))
    assert main(["keylist", "verify", "-o", str(site)]) == 1
    assert "keys-0.json: bad_signature" in capsys.readouterr().out


def test_what_cannot_be_published_is_said(
    tmp_path: Path, office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shops, ring, site = tmp_path / "shops.toml", tmp_path / "ring", tmp_path / "site"
    shops.write_text("[stores.1]\nname = 'x'\n")
    Keyring(ring).init(NOW)
    index = ring / "index.jsonl"
    assert build(office, site, shops, index) == EXIT_CONFIG
    assert "[stores.7641]" in capsys.readouterr().err
    assert build(shops, site, shops, index) == EXIT_CONFIG
    assert "no private key" in capsys.readouterr().err
    assert build(office, site, office, index) == EXIT_CONFIG
    assert build(office, site, shops, tmp_path / "none") == EXIT_CONFIG
    assert not site.exists()


async def test_a_store_s_own_receipts_make_its_dictionary(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    receipt = rig.paper(119, land="FR")
    leave_key(state)
    async with opened_store(state) as store:
        for number in range(1, 6):
            row = replace(a_receipt(number), body=receipt.model_dump_json().encode())
            await store.commit(OpenReceipt(row))
    folder = tmp_path / "d"
    told = ["dictionary", "train", "--from", str(state), "--to", str(folder)]
    assert main(told) == 0
    assert b"BEURRE DOUX 250G" in (folder / "16.bin").read_bytes()
    assert len(list(stored(state / "agent.db"))) == 5


def test_a_store_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["dictionary", "train", "--from", str(tmp_path), "--to", str(tmp_path / "d")]
    assert main(told) == 69
    assert "no database there" in capsys.readouterr().err
