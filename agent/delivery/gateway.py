"""One HTTP request to an SMS gateway, within a deadline, and what is known afterwards.

What matters is whether the request may have been processed: before its first byte went
out nothing can have happened; after that, only an answer says.  Redirects and proxies
from the environment are not followed: number and secret go to the configured host.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from agent.errors import ConfigError

if TYPE_CHECKING:
    import httpx

MAX_ANSWER_BYTES: Final = 64 << 10
"""An answer has some hundred; of a portal's page the beginning is enough."""
MAX_SECRET_BYTES: Final = 4096
"""A password or token file; more is the wrong file."""
_BEGUN: Final = "http11.send_request_headers.started"


@dataclass(frozen=True, slots=True)
class Call:
    """A request."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """Header names in lower case; ``body`` may be cut off, then ``whole`` is false."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    whole: bool = True


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """``begun``: it may have been processed.

    ``mistrusted``: a certificate does not fit, or there is nothing to hold it against.
    """

    begun: bool
    mistrusted: bool = False


class Gateway:
    """Makes requests, a connection each.  Reads no answer's meaning."""

    def __init__(
        self, *, connect_s: float, total_s: float, ca_file: Path | None
    ) -> None:
        self._connect_s = connect_s
        self._total_s = total_s
        self._ca_file = ca_file
        self._tls: ssl.SSLContext | None = None

    async def make(self, call: Call) -> Answer | NoAnswer:
        """Calling it again makes the request again."""
        if self._tls is None:
            try:
                # 100 ms of reading modules and certificates: not in the loop.
                self._tls = await asyncio.to_thread(_prepared, self._ca_file)
            except OSError:  # no such file of authorities, or it holds none
                return NoAnswer(begun=False, mistrusted=True)
        import httpx  # loaded on the thread

        begun = False

        async def trace(name: str, _info: Mapping[str, Any]) -> None:
            nonlocal begun
            begun = begun or name == _BEGUN

        client = httpx.AsyncClient(
            http2=False,
            trust_env=False,
            follow_redirects=False,
            verify=self._tls,
            timeout=httpx.Timeout(self._total_s, connect=self._connect_s),
        )
        try:
            async with (
                asyncio.timeout(self._total_s),
                client,
                client.stream(
                    call.method,
                    call.url,
                    headers=dict(call.headers),
                    content=call.content,
                    extensions={"trace": trace},
                ) as response,
            ):
                return await _answer(response)
        except (TimeoutError, httpx.HTTPError, httpx.StreamError, OSError) as problem:
            return NoAnswer(begun, _mistrusted(problem))


async def _answer(response: httpx.Response) -> Answer:
    """A status that was heard counts, also when the connection breaks behind it."""
    import httpx

    body, whole = bytearray(), True
    try:
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                whole = False
                break
    except (httpx.HTTPError, httpx.StreamError, OSError):
        whole = False
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(
        response.status_code, headers, bytes(body[:MAX_ANSWER_BYTES]), whole=whole
    )


def _prepared(ca_file: Path | None) -> ssl.SSLContext:
    import httpx  # noqa: F401 -- for its time

    return ssl.create_default_context(cafile=ca_file)


def _mistrusted(problem: BaseException) -> bool:
    seen: BaseException | None = problem
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def secret(path: Path, key: str) -> str:
    """What stands in a file of one secret.

    Raises:
        ConfigError: it cannot be read, is empty, or would split a header.
    """
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(MAX_SECRET_BYTES).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{key} = {path} cannot be read; "
            "put the secret there, readable by the user receipt-agent"
        ) from error
    if not text or not text.isprintable() or not text.isascii():
        raise ConfigError(f"{key} = {path} does not hold one line of plain ASCII")
    return text
