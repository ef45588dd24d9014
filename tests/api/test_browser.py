"""The browser's script as it is served."""

import gzip
from collections.abc import Iterator

import pytest

from tests.acceptance.shop import Shop

PACKED = {"accept-encoding": "gzip, deflate, br, zstd"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    running = Shop(tmp_path_factory.mktemp("script") / "data").start()
    yield running
    running.stop()


def test_it_is_less_than_ten_kilobytes_as_a_browser_fetches_it(shop: Shop) -> None:
    status, headers, body = shop.request("GET", "/habitue.js", headers=PACKED)

    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert headers["content-length"] == str(len(body))
    assert len(body) < 10_000


def test_plain_and_packed_are_the_same_script(shop: Shop) -> None:
    _, headers, plain = shop.request("GET", "/habitue.js")
    _, others, packed = shop.request("GET", "/habitue.js", headers=PACKED)

    assert "content-encoding" not in headers
    assert gzip.decompress(packed) == plain
    assert headers["etag"] != others["etag"]


def test_any_page_may_load_it_and_nobody_takes_it_for_something_else(
    shop: Shop,
) -> None:
    _, headers, _ = shop.request(
        "GET", "/habitue.js", headers={"origin": "https://shop.example"}
    )

    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert "set-cookie" not in headers


def test_a_browser_that_has_it_is_told_so(shop: Shop) -> None:
    _, headers, _ = shop.request("GET", "/habitue.js", headers=PACKED)
    asked = {**PACKED, "if-none-match": headers["etag"]}

    status, again, body = shop.request("GET", "/habitue.js", headers=asked)

    assert (status, body) == (304, b"")
    assert again["etag"] == headers["etag"]
    assert again["cache-control"] == headers["cache-control"]
    assert "public, max-age=" in headers["cache-control"]
    assert headers["vary"] == "Accept-Encoding"


def test_its_head_is_the_head_of_its_body(shop: Shop) -> None:
    _, headers, _ = shop.request("GET", "/habitue.js")
    status, head, body = shop.request("HEAD", "/habitue.js")

    assert (status, body) == (200, b"")
    assert head["content-length"] == headers["content-length"]
    assert head["etag"] == headers["etag"]
