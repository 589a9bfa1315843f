"""``receipt-agent policy``: what the rules are, what they decide, and why.

For store IT and the retailer's counsel: ``list`` the packs, ``explain`` a document of
the store or of a file, ``test`` a pack against a table of expected decisions, draw the
legal ``notice`` for the wall.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from agent import (
    cellar,
    consent_ledger,
    policy_cases,
    policy_explain,
    policy_file,
    profile_file,
)
from agent.config import Config, load
from agent.errors import ConfigError, StoreError
from agent.escpos import profiles
from agent.ids import JobId, ReceiptId
from agent.pipeline.settings import PolicySettings
from agent.policy_explain import Explained
from agent.profiles.model import Profile
from agent.rules.decide import decide, recorded
from agent.rules.facts import Facts, stated
from agent.samples.files import Files
from agent.store import decisions, displayed, handovers
from agent.store.looking import looking
from agent.wire.receipt import Receipt
from agent.worker.facts import facts_of

EXIT_DIFFERS: Final = 1
EXIT_DATA: Final = 65
EXIT_NO_INPUT: Final = 66
EXIT_UNAVAILABLE: Final = 69
EXIT_CANNOT_CREATE: Final = 73
MAX_RECEIPT_BYTES: Final = 16 << 20
MAX_LOGO_BYTES: Final = 8 << 20


def run(arguments: argparse.Namespace) -> int:
    """One of its ways.

    Raises:
        ConfigError: a pack, a table or the configuration has to be edited.
    """
    return WAYS[arguments.way](arguments)


def list_(_: argparse.Namespace) -> int:
    """``policy list``: the packs that came along."""
    for name, path in policy_file.shipped().items():
        pack = policy_file.load(path)
        shown = f"{pack.country}  {len(pack.row):>2} rows, {len(pack.also)} added"
        _say(f"{name:<6} {pack.version:<12} {shown}  since {pack.in_force}  {path}")
    return 0


def test(arguments: argparse.Namespace) -> int:
    """``policy test``: 1 if a pack decides otherwise than expected."""
    path: Path | None = arguments.expected or policy_file.cases()
    if path is None:
        raise ConfigError("no table came along; name yours with --expected FILE")
    cases = policy_cases.read(path)
    wanted = [arguments.pack] if arguments.pack else [*policy_file.shipped()]
    worse = False
    for name in wanted:
        pack = policy_file.load(policy_file.named(name, ""))
        meant = [case for case in cases if case.pack in {pack.id, name}]
        found = list(policy_cases.differences(meant, pack))
        rules = policy_cases.reached(meant)
        _say(
            f"{name} {pack.version}: {len(meant)} cas, {len(found)} écarts "
            "(cases, differences)"
        )
        _say(
            f"  {' '.join(f'{row}×{n}' for row, n in rules.items()) or 'aucun cas ne les nomme dans la colonne pack (no case names it)'}"
        )
        if rows := policy_cases.unreached(meant, pack):
            _say(f"  aucun cas n’atteint (no case reaches): {', '.join(rows)}")
        if arguments.all:
            wrong = {each.case.line for each in found}
            for case in meant:
                mark = "≠" if case.line in wrong else "="
                rule = case.expected.get("rule", policy_cases.NOTHING)
                _say(f"  {mark} {case.line:>4} {rule}  {case.said}  ({case.ground})")
        for each in found:
            _say(f"  {path}:{each.case.line}: {each.case.said}  ({each.case.ground})")
            _say(
                f"    {each.column}: attendu (expected) {each.expected}, "
                f"décidé (decided) {each.found}"
            )
        worse = worse or bool(found) or not meant
    return EXIT_DIFFERS if worse else 0


def notice(arguments: argparse.Namespace) -> int:
    """``policy notice``: the display text as a PDF, A5."""
    from agent.letters import notice as page

    pack = policy_file.load(policy_file.named(arguments.pack or "fr", ""))
    display = pack.display
    if display is None:
        raise ConfigError(f"{pack.id}: the pack has no [display], so nothing to put up")
    services = display.services if arguments.services else None
    french = [display.text.fr, *([services.fr] if services else [])]
    english = [display.text.en, *([services.en] if services else [])]
    grounds = [display.legal_ref, *([display.services_ref] if services else [])]
    foot = " · ".join((*filter(None, grounds), f"{pack.id} {pack.version}"))
    try:
        logo = _bytes(arguments.logo, MAX_LOGO_BYTES) if arguments.logo else b""
        pdf = page.draw(
            page.Words(display.heading.fr, tuple(french)),
            page.Words(display.heading.en, tuple(english)),
            foot,
            shop=_shop(arguments),
            logo=logo,
        )
    except OSError as error:
        return _failed(f"{arguments.logo}: {error.strerror}", EXIT_NO_INPUT)
    except ValueError as error:
        return _failed(f"{arguments.logo or pack.id}: {error}", EXIT_DATA)
    try:
        arguments.output.write_bytes(pdf)
    except OSError as error:
        return _failed(f"{arguments.output}: {error.strerror}", EXIT_CANNOT_CREATE)
    return 0


def _shop(arguments: argparse.Namespace) -> str:
    if arguments.shop is not None or arguments.config is None:
        return arguments.shop or ""
    return load(arguments.config).till.shop


def explain(arguments: argparse.Namespace) -> int:
    """``policy explain``: a receipt of the store, or a file."""
    wanted: str = arguments.receipt
    try:
        key = UUID(wanted)
    except ValueError:
        return _explain_file(arguments, Path(wanted))
    return _explain_kept(arguments, key)


def _explain_kept(arguments: argparse.Namespace, key: UUID) -> int:
    config = load(arguments.config or arguments.default_config)
    try:
        with looking(cellar.database(config)) as db:
            sealer = cellar.reading(config).on(db)
            job = decisions.job_of(db, ReceiptId(key)) or JobId(key)
            receipt = decisions.receipt_of(db, job)
            kept = decisions.decided(db, sealer, job)
            if kept is None:
                return _failed(f"{key}: no decision of it is kept", EXIT_NO_INPUT)
            facts, decision = recorded(kept.body)
            events = decisions.happened(db, sealer, receipt) if receipt else []
            handed = handovers.ledger(db, receipt).rows if receipt else ()
            shown = displayed.on(db, _day(kept))
            text = (
                decisions.pack(db, sealer, decision.digest) if decision.digest else None
            )
    except StoreError as error:
        return _failed(str(error), EXIT_UNAVAILABLE)
    except ValueError as error:
        return _failed(f"{key}: {error}", EXIT_DATA)
    pack = policy_file.read(text, f"pack {decision.digest}") if text else None
    name = f"receipt {receipt}" if receipt else f"job {job}"
    sentences = consent_ledger.notices(config)
    said = Explained(
        name, facts, decision, pack, kept, tuple(events), handed, shown, sentences
    )
    _write(arguments, said)
    return 0


def _day(kept: decisions.Decided) -> str:
    """Of a decision, in the time zone of this machine, which is the shop's."""
    at = dt.datetime.fromtimestamp(kept.at_ms / 1000, dt.UTC).astimezone()
    return at.date().isoformat()


def _explain_file(arguments: argparse.Namespace, path: Path) -> int:
    config: Config | None = load(arguments.config) if arguments.config else None
    policy = config.policy if config else PolicySettings()
    country = arguments.country or (config.till.country if config else "")
    named = arguments.pack or policy.pack
    pack = policy_file.load(policy_file.named(named, country or "FR"))
    country = country or pack.country
    profile = _profile(arguments, config)
    receipt = _receipt(path, country, profile)
    if isinstance(receipt, int):
        return receipt
    try:
        facts = policy_cases.facts_of(
            " ".join(arguments.fact), _facts(receipt, profile, policy, country)
        )
    except ValueError as error:
        raise ConfigError(f"--fact {error}") from error
    _write(arguments, Explained(path.name, facts, decide(facts, pack), pack))
    return 0


def _facts(
    receipt: Receipt, profile: Profile | None, policy: PolicySettings, country: str
) -> Facts:
    goods, signs, promotion = facts_of(receipt, profile)
    said = Facts(
        receipt.kind,
        receipt.total,
        frozenset(receipt.mentions),
        currency=receipt.currency,
        goods=goods,
        signs=signs,
        promotion=promotion,
    )
    return replace(
        stated(said),
        country=country,
        terminal=policy.terminal,
        vertical=policy.vertical,
        scale=policy.scale,
        needed=policy.needed,
    )


def _profile(arguments: argparse.Namespace, config: Config | None) -> Profile | None:
    path = arguments.profile or (config.receipt.profile if config else None)
    return profile_file.load(path) if path else None


def _receipt(path: Path, country: str, profile: Profile | None) -> Receipt | int:
    """From receipt/1, or read from a recorded paper; or an exit code."""
    try:
        raw = _bytes(path, MAX_RECEIPT_BYTES)
    except OSError as error:
        return _failed(f"{path}: {error.strerror}", EXIT_NO_INPUT)
    except ValueError as error:
        return _failed(f"{path}: {error}", EXIT_DATA)
    if _is_receipt(raw):
        try:
            return Receipt.model_validate_json(raw)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            return _failed(f"{path}: {place}: {first['msg']}", EXIT_DATA)
    page = profile.paper.code_page if profile else None
    files = Files(profiles.printer("default", default_page=page or 0))
    for _, sample in files.raw([path]):
        return sample.read(country, profile)
    return files.exit_code


def _is_receipt(raw: bytes) -> bool:
    """An object of ours; a labelled receipt has an ``id``, and no kind of its own."""
    if not raw.lstrip().startswith(b"{"):
        return False
    try:
        said = json.loads(raw)
    except ValueError:
        return False
    return isinstance(said, dict) and "id" not in said


def _bytes(path: Path, most: int) -> bytes:
    if str(path) == "-":
        raw = sys.stdin.buffer.read(most + 1)
    else:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    if len(raw) > most:
        raise ValueError(f"more than {most >> 20} MB")
    return raw


def _write(arguments: argparse.Namespace, said: Explained) -> None:
    if arguments.json:
        _say(json.dumps(policy_explain.whole(said), ensure_ascii=False))
        return
    for line in policy_explain.lines(said, arguments.lang):
        _say(line)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _failed(says: str, code: int) -> int:
    sys.stderr.write(f"{says}\n")
    return code


WAYS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "list": list_,
    "test": test,
    "explain": explain,
    "notice": notice,
}
