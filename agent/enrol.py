"""``receipt-agent enrol URL CODE``: this till and its RCU exchange keys.

Makes the till's keys where there are none, announces their public halves, proves by the
code who it is, checks by the code who answers, and keeps the RCU's key and the till's
token, 0600.  What is printed is public.
"""

from __future__ import annotations

import argparse
import hmac
import os
import sys
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
from pydantic import ValidationError

from agent import __version__, cellar
from agent.config import Config, load
from agent.keyring import safe
from agent.keyring.index import PublicKey
from agent.keyring.ring import Keyring, credentials
from agent.store import opening
from agent.sync import credentials as kept
from agent.sync.settings import SyncSettings
from agent.sync.transport import tls
from agent.wire import enrolment, signatures
from agent.wire.enrolment import AnnouncedKey, EnrolAnswer, EnrolRequest
from agent.wire.signatures import Message

EXIT_USAGE: Final = 64
EXIT_UNAVAILABLE: Final = 69
EXIT_NO_PERMISSION: Final = 77
MAX_ANSWER_BYTES: Final = 16 << 10
_COVERED: Final = ('"@method"', '"content-digest"')
_SAID: Final[Mapping[int, str]] = {
    400: "the RCU does not understand this agent; update the one that is older",
    403: "the RCU does not know this code for this till: it is over, used, or another "
    "till's; make a new one there: receipt-rcu enrol-code --till {edge}",
    404: "there is no enrolment at this address; is it the RCU's?",
    429: "too many tries; wait a minute",
}


class EnrolError(Exception):
    """It did not come about; the text is for whoever typed the command."""


def run(arguments: argparse.Namespace) -> int:
    """Enrol.

    Raises:
        ConfigError: the configuration, a key or a folder has to be looked at.
    """
    config = load(arguments.config)
    code = enrolment.tidy(arguments.code)
    if code is None:
        sys.stderr.write(
            f"{arguments.code}: not a code; it has {enrolment.CODE_CHARS} letters, as "
            "receipt-rcu enrol-code shows them\n"
        )
        return EXIT_USAGE
    try:
        # The address is checked as the configuration's is.
        settings = SyncSettings(**{**config.sync.model_dump(), "url": arguments.url})
    except ValidationError as error:
        sys.stderr.write(f"{arguments.url}: {error.errors()[0]['msg']}\n")
        return EXIT_USAGE
    try:
        answer, pin = exchange(config, settings, code)
    except EnrolError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_NO_PERMISSION
    except (httpx.HTTPError, OSError) as error:
        sys.stderr.write(
            f"{arguments.url}: cannot be reached ({type(error).__name__}); the code is "
            "still good\n"
        )
        return EXIT_UNAVAILABLE
    folder = kept.folder_of(config.till.state_dir)
    place = kept.keep(folder, config.sync.token_file, answer.token, pin)
    _count_above(cellar.database(config), answer.known)
    _say(config, arguments.url, str(place), pin)
    return 0


def _count_above(database: Path, known: int) -> None:
    """For the next start: no number of the log up to ``known`` is given again."""
    if known:
        safe.make_folder(database.parent)
        above = database.with_name(database.name + opening.ABOVE)
        safe.replace(above, b"%d\n" % known)


def exchange(
    config: Config, settings: SyncSettings, code: str
) -> tuple[EnrolAnswer, PublicKey]:
    """Announce the till's keys under the code; what the RCU said, the key to pin.

    Raises:
        EnrolError: the RCU refuses, or it was not the RCU that answered.
        ConfigError: the till's keys cannot be used.
        httpx.HTTPError: nobody answered.
    """
    now = datetime.now(UTC)
    ring = Keyring(config.keys_dir, credentials())
    keys = ring.init(now)
    signer = ring.signer("transport", now)
    asked = EnrolRequest(
        edge=config.till.source,
        finder=enrolment.finder_of(code),
        nonce=os.urandom(16).hex(),
        keys=tuple(
            AnnouncedKey(
                kid=key.kid, purpose=key.purpose, alg=key.alg, public=key.public
            )
            for key in keys
        ),
        agent_version=__version__,
    )
    body, secret = asked.model_dump_json().encode(), enrolment.secret_of(code)
    url = settings.url.rstrip("/") + enrolment.PATH
    fields = {
        "content-type": "application/json",
        "content-digest": signatures.content_digest(body),
        enrolment.PROOF: enrolment.till_proof(secret, body),
    }
    said: dict[str, str | int] = {
        "created": int(now.timestamp()),
        "keyid": signer.kid,
        "alg": signatures.ED25519,
        "tag": enrolment.TILL_TAG,
    }
    message = Message(fields, "POST", url)
    fields |= signatures.sign(message, _COVERED, enrolment.TILL, said, signer.sign)
    with httpx.Client(
        trust_env=False, verify=tls(settings), timeout=settings.transfer_timeout_s
    ) as client:
        response = client.post(url, content=body, headers=fields)
    return _read(response, secret, body, config.till.source, now)


def _read(
    response: httpx.Response, secret: bytes, body: bytes, edge: str, now: datetime
) -> tuple[EnrolAnswer, PublicKey]:
    if response.status_code != 200:
        told = _SAID.get(response.status_code, f"status {response.status_code}")
        raise EnrolError(told.format(edge=edge))
    content = response.content[: MAX_ANSWER_BYTES + 1]
    right = enrolment.rcu_proof(secret, body, content)
    given = response.headers.get(enrolment.PROOF, "")
    if not hmac.compare_digest(right.encode(), given.encode()):
        raise EnrolError(
            "whoever answered does not know the code, so it is not the RCU: something on "
            "the way answers in its place (a portal, a proxy that opens TLS?)"
        )
    answer = EnrolAnswer.model_validate_json(content)
    key = answer.rcu
    if answer.edge != edge or not key.names_itself():
        raise EnrolError(
            "the RCU's answer is about another till, or its key is damaged"
        )
    b64decode(key.public)
    since = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    return answer, PublicKey(key.kid, "transport", "Ed25519", key.public, since)


def _say(config: Config, url: str, token: str, pin: PublicKey) -> None:
    folder = kept.folder_of(config.till.state_dir)
    sys.stdout.write(
        f"{config.till.source} is enrolled.\n"
        f"The RCU signs by key {pin.kid}: compare it with receipt-rcu tills.\n"
        f"Kept in {folder} and {token}, for the agent's user only.\n"
    )
    if config.sync.url.rstrip("/") != url.rstrip("/"):
        sys.stdout.write(
            f'Now write under [sync] of the configuration: url = "{url}"\n'
        )
    sys.stdout.write("A running agent takes it up when it is started again.\n")
