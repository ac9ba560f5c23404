"""Files come with their type, compressed once, cached by browsers."""

from __future__ import annotations

import brotli
import pytest
from guarded_house import open_house

from fazri_lib.serving.static_files import content_type

pytestmark = pytest.mark.slow

VEGA = "/static/extensions/panel/bundled/vegaplot/vega@6.1.2"
BOKEH = "/static/js/bokeh.min.js"


@pytest.fixture(scope="module")
def house():
    """The house as it is delivered."""
    with open_house() as opened:
        yield opened


@pytest.fixture(scope="module")
def cookie(house):
    """A reader's."""
    return house.accounts.sign_in("ada", "viewer")


@pytest.mark.parametrize("name", ["vega@6.1.2", "vega-lite@6.3.0", "vega-embed@7.0.2"])
def test_vegas_scripts_have_a_type_though_they_have_no_ending(house, cookie, name):
    """With `nosniff` a browser runs only what is called a script; Panel itself does not know what these files are."""
    import httpx

    path = f"/static/extensions/panel/bundled/vegaplot/{name}"
    response = house.get(path, cookie)
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    bare = httpx.get(f"http://{house.host.workers[0].address}{path}")
    assert "javascript" not in bare.headers.get("content-type", "")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/x/a.js", "text/javascript; charset=utf-8"),
        ("/x/a.woff2", "font/woff2"),
        ("/x/a.html", "text/plain"),
        ("/x/a.mjs", "text/javascript; charset=utf-8"),
        ("/x/luxon@3", "text/javascript; charset=utf-8"),
        ("/x/LICENSE", "application/octet-stream"),
    ],
)
def test_types_by_name(path, expected):
    """No file of an extension is a page of ours, whatever it holds."""
    assert content_type(path) == expected


@pytest.mark.parametrize(("accepted", "expected"), [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0", None), ("", None)])
def test_files_are_compressed_as_the_browser_takes_them(house, cookie, accepted, expected):
    """Brotli, else gzip, else plain; the content is the same."""
    plain = house.get(BOKEH, cookie, headers={"accept-encoding": ""}).content
    response = house.get(BOKEH, cookie, headers={"accept-encoding": accepted})
    assert response.headers.get("content-encoding") == expected
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.content == plain


def test_a_file_is_fetched_and_compressed_once(house, cookie, monkeypatch):
    """The second reader costs neither Panel nor compression anything."""
    from fazri_lib.serving import static_files

    path = "/static/js/bokeh-tables.min.js"
    packs = []
    monkeypatch.setitem(static_files._PACKERS, "br", lambda body: packs.append(1) or brotli.compress(body, quality=1))
    for _ in range(3):
        assert house.get(path, cookie, headers={"accept-encoding": "br"}).status_code == 200
    assert packs == [1]
    workers, house.host.workers = house.host.workers, []
    try:
        assert house.get(path, cookie).status_code == 200
        assert house.get("/static/js/bokeh-api.min.js", cookie).status_code == 503
    finally:
        house.host.workers = workers


def test_browsers_keep_what_has_a_version_and_ask_again_for_the_rest(house, cookie):
    """A version in the address changes with the content; without one the browser asks, and gets 304."""
    kept = house.get(f"{BOKEH}?v=6acf7fa1", cookie)
    asked = house.get(BOKEH, cookie)
    assert kept.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert asked.headers["cache-control"] == "private, no-cache"
    again = house.get(BOKEH, cookie, headers={"if-none-match": asked.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_head_tells_the_length(house, cookie):
    """And sends nothing."""
    response = house.request("HEAD", BOKEH, cookie, headers={"accept-encoding": ""})
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) == len(house.get(BOKEH, cookie).content)


def test_files_that_are_not_there_are_not_kept(house, cookie):
    """Nor does Panel's error page get out."""
    assert house.get("/static/js/nothing.js", cookie).text == "not found\n"


def test_our_own_script_is_public_and_has_a_version(house):
    """It is needed on the way to the login, too."""
    from fazri_lib.serving.static_files import asset_url

    response = house.get(asset_url("front.js"))
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in response.headers["cache-control"]
    assert house.get("/assets/nothing.js").status_code == 404
    assert house.get("/assets/..%2fguard.py").status_code in {401, 404}


def test_those_who_come_together_cause_one_fetch_and_one_packing(monkeypatch):
    """Ten cold readers of a large script: Panel is asked once, and it is compressed once; what was warmed is there."""
    import asyncio

    from fazri_lib.serving import static_files
    from fazri_lib.serving.proxy import Fetched

    fetched, packed = [], []

    async def fetch(scope):
        fetched.append(scope["path"])
        await asyncio.sleep(0.05)
        return Fetched(200 if scope["path"] == BOKEH else 404, {}, b"var a = 1;" * 1000)

    def pack(body):
        packed.append(len(body))
        return brotli.compress(body)

    async def ten():
        files = static_files.StaticFiles(fetch)
        scope = {"type": "http", "method": "GET", "path": BOKEH, "query_string": b""}
        scope["headers"] = [(b"accept-encoding", b"br")]
        answers = await asyncio.gather(*(files.response(scope) for _ in range(10)))
        await files.warm(["/static/none.js", BOKEH])
        return answers

    monkeypatch.setitem(static_files._PACKERS, "br", pack)
    answers = asyncio.run(ten())
    assert fetched == [BOKEH, "/static/none.js"]
    assert packed == [10_000]
    assert {brotli.decompress(answer.body) for answer in answers} == {b"var a = 1;" * 1000}
