"""HTTP Message Signatures (RFC 9421), the part that till and RCU need.

Pure: a message in, the bytes to be signed out; who signs or verifies is handed in.
Only what RFC 8941 calls canonical is read, so that the text that stands in
``Signature-Input`` is the text that was signed.  Whatever is not is no signature.

Components: fields by name, ``"signature";key="label"``, the derived ones of RFC 9421, 2.2
(not ``@query-param``), and each of the request's behind ``;req`` in an answer.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

MAX_INPUT_CHARS: Final = 2048
ED25519: Final = "ed25519"
_PARAM: Final = (
    r';[a-z*][a-z0-9_.*-]*(?:=(?:-?[0-9]{1,15}|"[\x20\x21\x23-\x5b\x5d-\x7e]*"))?'
)
_ITEM: Final = rf'"[\x21\x23-\x5b\x5d-\x7e]+"(?:{_PARAM})*'
_LABEL: Final = r"[a-z*][a-z0-9_.*-]*"
_MEMBER: Final = re.compile(
    rf"({_LABEL})=(\(((?:{_ITEM}(?: (?={_ITEM}))?)*)\)((?:{_PARAM})*))"
)
_SIGNATURE: Final = re.compile(rf"({_LABEL})=:([A-Za-z0-9+/=]*):")
_ITEMS: Final = re.compile(_ITEM)
_NAMED: Final = re.compile(r';([a-z*][a-z0-9_.*-]*)(?:=(-?[0-9]+|"[^"]*"))?')
_PORTS: Final = {"http": 80, "https": 443}


class UncoveredError(ValueError):
    """The message has not what the signature is said to cover."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request (``method``, ``target_uri``) or an answer (``status``, ``request``).

    ``fields``: names in lower case, values as RFC 9110 combines them.
    """

    fields: Mapping[str, str] = field(repr=False)
    method: str = ""
    target_uri: str = ""
    status: int = 0
    request: Message | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature, as it stands in the fields.  ``inner`` is what was signed of it."""

    label: str
    covered: tuple[str, ...]
    inner: str
    signature: bytes = field(repr=False)
    parameters: Mapping[str, str | int]

    @property
    def created(self) -> int | None:
        found = self.parameters.get("created")
        return found if isinstance(found, int) else None

    def said(self, name: str) -> str:
        """A parameter that is text: ``keyid``, ``alg``, ``nonce``, ``tag``."""
        found = self.parameters.get(name, "")
        return found if isinstance(found, str) else ""


def base(message: Message, covered: Sequence[str], inner: str) -> bytes:
    """The signature base (RFC 9421, 2.5).

    Args:
        message: what is signed.
        covered: component identifiers as written, quotes and parameters included.
        inner: the value of ``@signature-params``.

    Raises:
        UncoveredError: a component twice, unknown, or not there.
    """
    if len(set(covered)) != len(covered):
        raise UncoveredError("a component is covered twice")
    lines = [f"{each}: {_value(message, each)}" for each in covered]
    lines.append(f'"@signature-params": {inner}')
    return "\n".join(lines).encode("ascii", "strict")


def sign(
    message: Message,
    covered: Sequence[str],
    label: str,
    parameters: Mapping[str, str | int],
    signer: Callable[[bytes], bytes],
) -> dict[str, str]:
    """The two fields ``signature-input`` and ``signature``.

    Raises:
        UncoveredError: see :func:`base`.
    """
    inner = f"({' '.join(covered)})" + "".join(
        f";{name}={value}" if isinstance(value, int) else f';{name}="{value}"'
        for name, value in parameters.items()
    )
    signature = base64.b64encode(signer(base(message, covered, inner))).decode()
    return {
        "signature-input": f"{label}={inner}",
        "signature": f"{label}=:{signature}:",
    }


def read(fields: Mapping[str, str], label: str) -> Signed | None:
    """The signature under that label; ``None``: none that can be read."""
    inputs, signatures = fields.get("signature-input", ""), fields.get("signature", "")
    if max(len(inputs), len(signatures)) > MAX_INPUT_CHARS:
        return None
    found = _members(inputs).get(label)
    told = dict(_SIGNATURE.findall(signatures)).get(label)
    if found is None or told is None:
        return None
    try:
        signature = base64.b64decode(told, validate=True)
    except binascii.Error:
        return None
    inner, items, parameters = found
    return Signed(
        label, tuple(_ITEMS.findall(items)), inner, signature, _said(parameters)
    )


def holds(
    message: Message, signed: Signed, verify: Callable[[bytes, bytes], bool]
) -> bool:
    """Whether ``verify(base, signature)`` says so of this message.  Never raises."""
    try:
        text = base(message, signed.covered, signed.inner)
    except (UncoveredError, UnicodeEncodeError):
        return False
    return verify(text, signed.signature)


def content_digest(content: bytes) -> str:
    """``Content-Digest`` (RFC 9530): of the content after its coding."""
    from hashlib import sha256

    return f"sha-256=:{base64.b64encode(sha256(content).digest()).decode()}:"


def _members(text: str) -> dict[str, tuple[str, str, str]]:
    """By label: the inner list as it stands, its items, its parameters."""
    members: dict[str, tuple[str, str, str]] = {}
    at = 0
    while at < len(text):
        found = _MEMBER.match(text, at)
        if found is None:
            return {}
        label, inner, items, parameters = found.groups()
        members[label] = (inner, items, parameters)
        at = found.end()
        if at < len(text):
            if text[at : at + 2] != ", ":
                return {}
            at += 2
    return members


def _said(parameters: str) -> dict[str, str | int]:
    return {
        name: value[1:-1] if value.startswith('"') else int(value or 1)
        for name, value in _NAMED.findall(parameters)
    }


def _value(message: Message, item: str) -> str:
    name, _, _rest = item[1:].partition('"')
    said = _said(item[len(name) + 2 :])
    if "req" in said:
        if message.request is None:
            raise UncoveredError(f"{item}: there is no request")
        message = message.request
    if name.startswith("@"):
        return _derived(message, name)
    value = message.fields.get(name)
    if value is None:
        raise UncoveredError(f"{item}: no such field")
    if "key" in said:
        members = dict(_SIGNATURE.findall(value)) if name == "signature" else {}
        if said["key"] not in members:
            raise UncoveredError(f"{item}: no such member")
        return f":{members[str(said['key'])]}:"
    # RFC 9421, 2.1: without white space around it.
    return value.strip()


def _derived(message: Message, name: str) -> str:
    if name == "@status":
        if not message.status:
            raise UncoveredError("a request has no status")
        return str(message.status)
    if not message.method:
        raise UncoveredError(f"{name}: an answer has none")
    made = _DERIVED.get(name)
    if made is None:
        raise UncoveredError(f"{name}: unknown here")
    return made(message)


def _authority(message: Message) -> str:
    parts = urlsplit(message.target_uri)
    host = parts.netloc.rpartition("@")[2].lower()
    default = f":{_PORTS.get(parts.scheme, 0)}"
    return host.removesuffix(default)


def _path(message: Message) -> str:
    return urlsplit(message.target_uri).path or "/"


def _query(message: Message) -> str:
    return "?" + urlsplit(message.target_uri).query


def _request_target(message: Message) -> str:
    query = urlsplit(message.target_uri).query
    return _path(message) + (f"?{query}" if query else "")


_DERIVED: Final[Mapping[str, Callable[[Message], str]]] = {
    "@method": lambda message: message.method,
    "@target-uri": lambda message: message.target_uri,
    "@authority": _authority,
    "@scheme": lambda message: urlsplit(message.target_uri).scheme.lower(),
    "@path": _path,
    "@query": _query,
    "@request-target": _request_target,
}
