"""What comes back of a mail: a provider's signed call to the RCU, as its manual says."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Final, Literal

import httpx

SECRET: Final = "a secret of the demonstration shop"

Fate = Literal["bounced", "delayed", "unwanted"]


class Postmaster:
    """Tells the RCU at ``url`` what became of a mail."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self._url = f"{url}/v1/mail/reports"
        self._http = http

    async def tell(self, message_id: str, fate: Fate, status: str = "5.1.1") -> None:
        """Of the mail with that Message-ID.

        Raises:
            httpx.HTTPError: the RCU does not take it.
        """
        said = {"message_id": message_id, "state": fate, "status": status}
        body, at = json.dumps(said).encode(), int(time.time())
        mac = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256)
        headers = {"X-Signature": f"t={at},v1={mac.hexdigest()}"}
        answer = await self._http.post(self._url, content=body, headers=headers)
        answer.raise_for_status()
