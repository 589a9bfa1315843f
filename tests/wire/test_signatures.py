"""RFC 9421 by its own vectors, and what is no signature."""

from __future__ import annotations

import base64
import hmac
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)

from agent.wire import signatures
from agent.wire.signatures import Message, UncoveredError

# RFC 9421, B.1.4, B.1.5, B.2: the test request.
PUBLIC = b"""-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
"""
PRIVATE = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
"""
SHARED = base64.b64decode(
    "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
)
REQUEST = Message(
    {
        "host": "example.com",
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "content-type": "application/json",
        "content-digest": "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm"
        "+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
        "content-length": "18",
    },
    method="POST",
    target_uri="https://example.com/foo?param=Value&Pet=dog",
)
B26_INPUT = (
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
B26 = (
    "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQ"
    "v5lIp5WPpBKRCw==:"
)


def verifies(text: bytes, signature: bytes) -> bool:
    key = load_pem_public_key(PUBLIC)
    assert isinstance(key, Ed25519PublicKey)
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True


def signed_b26(**fields: str) -> Message:
    more = {"signature-input": B26_INPUT, "signature": B26, **fields}
    return replace(REQUEST, fields={**REQUEST.fields, **more})


def test_the_rfcs_ed25519_signature_holds() -> None:
    message = signed_b26()
    signed = signatures.read(message.fields, "sig-b26")
    assert signed is not None
    assert signed.created == 1618884473
    assert signed.said("keyid") == "test-key-ed25519"
    assert signatures.holds(message, signed, verifies)


def test_we_sign_as_the_rfc_does() -> None:
    key = load_pem_private_key(PRIVATE, None)
    covered = [
        f'"{name}"'
        for name in (
            *("date", "@method", "@path", "@authority"),
            *("content-type", "content-length"),
        )
    ]
    said: dict[str, str | int] = {"created": 1618884473, "keyid": "test-key-ed25519"}
    fields = signatures.sign(REQUEST, covered, "sig-b26", said, key.sign)  # type: ignore[union-attr, arg-type]
    assert fields == {"signature-input": B26_INPUT, "signature": B26}


def test_the_rfcs_shared_secret_signature_holds() -> None:
    """B.2.5: another algorithm over the same kind of base."""
    fields = {
        "signature-input": 'sig-b25=("date" "@authority" "content-type");created=1618884473'
        ';keyid="test-shared-secret"',
        "signature": "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:",
    }
    signed = signatures.read(fields, "sig-b25")
    assert signed is not None
    assert signatures.holds(
        REQUEST,
        signed,
        lambda text, given: hmac.compare_digest(
            hmac.digest(SHARED, text, sha256), given
        ),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"date": "Tue, 20 Apr 2021 02:07:56 GMT"},
        {"content-type": "text/plain"},
        {"content-length": "19"},
        {"signature-input": B26_INPUT.replace("473", "474")},
        {"signature-input": B26_INPUT.replace('"@method" ', "")},
    ],
)
def test_a_change_is_seen(change: dict[str, str]) -> None:
    message = signed_b26(**change)
    signed = signatures.read(message.fields, "sig-b26")
    assert signed is not None
    assert not signatures.holds(message, signed, verifies)


def test_another_method_or_place_is_seen() -> None:
    message = signed_b26()
    signed = signatures.read(message.fields, "sig-b26")
    assert signed is not None
    for other in (
        replace(message, method="PUT"),
        replace(message, target_uri="https://example.org/foo"),
        replace(message, target_uri="https://example.com/bar"),
    ):
        assert not signatures.holds(other, signed, verifies)


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ('"@method"', "POST"),
        ('"@target-uri"', "https://example.com/foo?param=Value&Pet=dog"),
        ('"@authority"', "example.com"),
        ('"@scheme"', "https"),
        ('"@path"', "/foo"),
        ('"@query"', "?param=Value&Pet=dog"),
        ('"@request-target"', "/foo?param=Value&Pet=dog"),
        ('"content-type"', "application/json"),
    ],
)
def test_components_of_section_2(item: str, value: str) -> None:
    text = signatures.base(REQUEST, [item], "()").decode()
    assert text == f'{item}: {value}\n"@signature-params": ()'


@pytest.mark.parametrize(
    ("uri", "authority", "path", "query"),
    [
        ("https://WWW.Example.com:443", "www.example.com", "/", "?"),
        ("http://example.com:8480/a", "example.com:8480", "/a", "?"),
        ("http://[::1]:80/a?", "[::1]", "/a", "?"),
    ],
)
def test_normal_forms_of_a_target(
    uri: str, authority: str, path: str, query: str
) -> None:
    message = Message({}, method="GET", target_uri=uri)
    items = ['"@authority"', '"@path"', '"@query"']
    said = signatures.base(message, items, "()").decode().splitlines()[:3]
    assert [line.partition(": ")[2] for line in said] == [authority, path, query]


def test_an_answer_covers_the_signature_of_its_request() -> None:
    """RFC 9421, 2.4: a member of the request's Signature field."""
    answer = Message(
        {"content-digest": "sha-256=:x:"}, status=503, request=signed_b26()
    )
    items = ['"@status"', '"content-digest"', '"signature";req;key="sig-b26"']
    text = signatures.base(answer, items, "()").decode().splitlines()
    assert text[0] == '"@status": 503'
    assert text[2] == f'"signature";req;key="sig-b26": {B26.partition("=")[2]}'


@pytest.mark.parametrize(
    "item",
    [
        '"x-absent"',
        '"@status"',
        '"@query-param";name="Pet"',
        '"content-type";req',
        '"signature";key="other"',
    ],
)
def test_what_is_not_there_cannot_be_covered(item: str) -> None:
    with pytest.raises(UncoveredError):
        signatures.base(REQUEST, [item], "()")


def test_a_component_is_covered_once() -> None:
    with pytest.raises(UncoveredError):
        signatures.base(REQUEST, ['"date"', '"date"'], "()")


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ("", ""),
        (B26_INPUT, ""),
        (B26_INPUT, "sig-b26=:!:"),
        (B26_INPUT, "sig-b26=:abc:"),
        ("sig-b26=(date);created=1", B26),
        ('sig-b26=("date"  "@method");created=1', B26),
        ('sig-b26=("date" );created=1', B26),
        ('sig-b26=("date");created=1 ', B26),
        ('sig-b26=("date");created=1.5', B26),
        (B26_INPUT + "x" * 3000, B26),
    ],
)
def test_what_is_no_signature(inputs: str, told: str) -> None:
    fields = {"signature-input": inputs, "signature": told}
    assert signatures.read(fields, "sig-b26") is None


def test_one_of_several_is_found_by_its_label() -> None:
    fields = {
        "signature-input": f'proxy=("@method");created=1;keyid="p", {B26_INPUT}',
        "signature": f"proxy=:YQ==:, {B26}",
    }
    found = signatures.read(fields, "sig-b26")
    assert found is not None
    assert found.said("keyid") == "test-key-ed25519"


def test_content_digest_as_in_rfc_9530() -> None:
    assert (
        signatures.content_digest(b'{"hello": "world"}\n')
        == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    )
