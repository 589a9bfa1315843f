"""The worker reads with what is known of the POS."""

from __future__ import annotations

import json

from agent.profiles.model import Profile
from agent.worker import tasks

JOB = b"\x1b@SOMME DUE 1,00\nPAIN 1,00\n\x1dV\0"


def test_a_profile_travels_with_the_job() -> None:
    known = Profile.model_validate(
        {
            "schema": "profile/1",
            "name": "x",
            "merchant": {"name": "Au Bon Coin"},
            "kinds": {"kitchen": ["^Somme due"]},
        }
    )
    params = {"profile": "default", "country": "FR"}
    for document in ("", known.model_dump_json(by_alias=True)):
        done = tasks.understand({**params, "known": document}, JOB)
        receipt = json.loads(done.parts[0])
        assert ("merchant" in receipt) == bool(document)
        assert (done.header["gist"].kind == "kitchen") == bool(document)
