"""Secrets are of no use to who has the folder and not the key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from habitue.access.sealed import MARK, SealedSecrets, UnopenedError
from habitue.access.secrets import FileSecrets
from habitue.app.doctor import files
from habitue.app.serving.local import LocalServer
from habitue.base.errors import InvalidError
from habitue.base.settings import Settings, load

KEY, OTHER = "k" * 32, "o" * 32


class Kept(dict[str, bytes]):
    """A store of secrets in memory."""

    def put(self, name: str, secret: bytes) -> None:
        self[name] = secret

    def names(self) -> list[str]:
        return sorted(self)


@given(secret=st.binary(max_size=200))
def test_what_is_sealed_is_read_with_the_key_and_stands_nowhere(secret: bytes) -> None:
    kept = Kept()

    SealedSecrets(kept, KEY).put("signing-web", b"secret " + secret)

    assert b"secret " + secret not in kept["signing-web"]
    assert SealedSecrets(kept, KEY).get("signing-web") == b"secret " + secret


def test_nobody_opens_it_without_the_key_or_under_another_name(tmp_path: Path) -> None:
    files = FileSecrets(tmp_path)
    SealedSecrets(files, KEY).put("a", b"x")
    sealed = files.get("a") or b""
    files.put("b", sealed)
    files.put("c", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    files.put("d", MARK)

    with pytest.raises(UnopenedError, match="HABITUE_SECRETS__SEALING_KEY_FILE"):
        SealedSecrets(files).get("a")
    with pytest.raises(UnopenedError, match="another key"):
        SealedSecrets(files, OTHER).get("a")
    for name in ("b", "c", "d"):
        with pytest.raises(UnopenedError, match="another key than"):
            SealedSecrets(files, KEY).get(name)
    assert SealedSecrets(files, KEY).get("nobody") is None


def test_what_was_written_before_there_was_a_key_is_sealed_once() -> None:
    kept = Kept()
    SealedSecrets(kept).put("old", b"in the clear")
    assert kept["old"] == b"in the clear"
    secrets = SealedSecrets(kept, KEY)

    assert secrets.get("old") == b"in the clear"
    assert [secrets.seal_all(), secrets.seal_all()] == [1, 0]

    assert kept["old"].startswith(MARK)
    assert secrets.get("old") == b"in the clear"
    # As a restore does with the secrets of a folder that are sealed already.
    secrets.put("old", kept["old"])
    assert secrets.get("old") == b"in the clear"


def test_a_short_key_is_refused() -> None:
    with pytest.raises(InvalidError, match="openssl rand -base64 32"):
        SealedSecrets(Kept(), "short")


@pytest.mark.filterwarnings("ignore:.*Reserved kwarg")
def test_a_server_with_a_key_leaves_no_secret_in_the_folder(tmp_path: Path) -> None:
    settings = load(environ={})
    data = structs.replace(settings.data, folder=tmp_path / "data")
    bare = structs.replace(settings, data=data)
    told = structs.replace(bare, secrets=structs.replace(bare.secrets, sealing_key=KEY))
    headers = {"content-type": "application/json"}

    def add(settings: Settings, name: str) -> int:
        with LocalServer(settings) as server:
            bearer = {"authorization": f"Bearer {server.token}"}
            body = b'{"name": "%b", "role": "agent"}' % name.encode()
            told = {**headers, **bearer}
            return server.request("POST", "/api/v1/operators", body, told)[0]

    assert add(bare, "anna") == 201
    assert add(told, "piotr") == 201

    held = [path.read_bytes() for path in (tmp_path / "data/secrets").iterdir()]
    assert len(held) >= 2
    assert all(one.startswith(MARK) for one in held)
    assert files.sealed(told).grade == "good"
    assert "HABITUE_SECRETS__SEALING_KEY_FILE" in files.sealed(bare).text
