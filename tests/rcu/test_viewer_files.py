"""The viewer's files, served beside the pages of tokens."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from rcu.app import build
from rcu.config import ViewerSettings
from rcu.viewer_files import PRODUCT
from tests.rcu.conftest import Rcu
from tests.rcu.fakes import TOKEN, issued


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/r", "text/html"),
        ("/r/", "text/html"),
        ("/r/viewer.css", "text/css"),
        ("/r/sw.js", "text/javascript"),
        ("/r/js/main.js", "text/javascript"),
        ("/r/d/1.bin", "application/octet-stream"),
    ],
)
async def test_it_is_served_and_asked_for_anew(rcu: Rcu, path: str, kind: str) -> None:
    answer = await rcu.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"
    kept = answer.headers["cache-control"]
    assert ("immutable" in kept) is path.startswith("/r/d/")
    again = {"If-None-Match": answer.headers["etag"]}
    assert (await rcu.client.get(path, headers=again)).status_code == 304


async def test_the_worker_may_have_the_page_without_its_slash(rcu: Rcu) -> None:
    answer = await rcu.client.get("/r/sw.js")
    assert answer.headers["service-worker-allowed"] == "/"


async def test_every_file_of_the_product_is_reached(rcu: Rcu) -> None:
    files = [each for each in PRODUCT.rglob("*") if each.is_file()]
    assert len(files) > 15
    for each in files:
        name = each.relative_to(PRODUCT).as_posix()
        path = "/r/" if name == "index.html" else f"/r/{name}"
        answer = await rcu.client.get(path)
        assert answer.content == each.read_bytes(), name


async def test_without_a_key_list_there_is_none(rcu: Rcu) -> None:
    for name in ("keys.json", "root.json", "keys-a.json", "d/16.bin", "js/none.js"):
        assert (await rcu.client.get(f"/r/{name}")).status_code == 404


async def test_the_retailers_files_are_served_and_nothing_around_them(
    rcu: Rcu, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    (keys / "d").mkdir(parents=True)
    (keys / "keys.json").write_text("{}")
    (keys / "d" / "16.bin").write_bytes(b"dictionary")
    (tmp_path / "secret.json").write_text("no")
    settings = rcu.settings.model_copy(
        update={"viewer": ViewerSettings(directory=str(keys))}
    )
    app = build(rcu.store, settings, rcu.clock)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        assert (await client.get("/r/keys.json")).json() == {}
        assert (await client.get("/r/d/16.bin")).content == b"dictionary"
        assert (await client.get("/r/js/main.js")).status_code == 200
        for path in ("/r/d/..%2f..%2fsecret.json", "/r/..%2fsecret.json"):
            assert (await client.get(path)).text != "no"


async def test_a_page_of_a_token_is_still_a_page(rcu: Rcu) -> None:
    await rcu.till.post([issued()])
    answer = await rcu.client.get(f"/r/{TOKEN}")
    assert answer.status_code == 200
    assert "GEL" in answer.text or "TOTAL" in answer.text.upper()
    data = json.loads((await rcu.client.get(f"/r/{TOKEN}.json")).text)
    assert data["schema_version"] == "receipt/1"
