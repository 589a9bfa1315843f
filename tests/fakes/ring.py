"""Keys that cost nothing and prove nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime

from agent.keyring.ring import SubjectKey


class FakeSigner:
    """64 bytes that nobody makes without its secret."""

    kid = "5a" * 8
    alg = "ES256"

    @property
    def public(self) -> FakeSigner:
        return self

    def sign(self, message: bytes) -> bytes:
        return hashlib.sha512(b"fake" + message).digest()


class FakeRing:
    """Implements ``agent.pipeline.consents.Ring``."""

    def init(self, now: datetime) -> object:
        return ()

    def signer(self, purpose: object, now: datetime) -> FakeSigner:
        return FakeSigner()

    def subject_key(self) -> SubjectKey:
        return SubjectKey("5b" * 8, b"s" * 32)
