"""Sources and keys: shown once, kept as hashes, rotated and revoked."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from habitue.access.permission import Role
from habitue.access.secrets import FileSecrets
from habitue.access.sources import Sources
from habitue.access.token import sign
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import ManualClock
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.collect.port import Credential, Subject, TokenFault
from habitue.log.port import Definition
from habitue.model.source import Mode, Source, Writer

NOW_US = 1_772_366_400_000_000


class TruthDefinitions:
    """Definitions straight in the truth."""

    def __init__(self, truth: SqliteTruth) -> None:
        self._truth = truth

    async def define(self, kind: str, name: str, body: bytes) -> Definition:
        # A log takes its time to flush, and others get their turn meanwhile.
        await asyncio.sleep(0)
        return self._truth.define(kind, name, body, NOW_US)

    def definitions(self, kind: str) -> list[Definition]:
        return self._truth.definitions(kind)


class House:
    """A registry over a real truth and secrets in files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock(NOW_US)
        self.truth = SqliteTruth(folder / "truth.db")
        self.sources = self.restarted()

    def restarted(self) -> Sources:
        secrets = FileSecrets(self.folder / "secrets")
        return Sources(TruthDefinitions(self.truth), secrets, self.clock)

    def add(self, **fields: object) -> str:
        source = Source(**fields)  # type: ignore[arg-type]
        return asyncio.run(self.sources.add(source))[1]

    def log_bytes(self) -> bytes:
        return b"".join(record.body or b"" for record in self.truth.read(0, 1_000))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    yield opened
    opened.truth.close()


def test_a_key_opens_its_own_source(house: House) -> None:
    key = house.add(name="web", kind=Writer.PUBLIC, mode=Mode.SIGNED)
    house.add(name="erp")

    held = house.sources.credential(key)

    assert isinstance(held, Credential)
    assert (held.source.name, held.writer) == ("web", Writer.PUBLIC)
    assert held.source.mode is Mode.SIGNED


def test_keys_of_all_classes_can_be_told_apart(house: House) -> None:
    operator = asyncio.run(house.sources.add_operator("anna", Role.AGENT))

    assert house.add(name="web", kind=Writer.PUBLIC).startswith("pk_")
    assert house.add(name="erp").startswith("sk_")
    assert operator.startswith("op_")


def test_a_key_is_192_random_bits(house: House) -> None:
    first, second = house.add(name="a"), house.add(name="b")

    assert first != second
    assert len(first.removeprefix("sk_")) == 32


def test_no_key_stands_in_the_log_or_in_a_file(house: House, tmp_path: Path) -> None:
    key = house.add(name="erp")
    operator = asyncio.run(house.sources.add_operator("anna", Role.AGENT))

    kept = house.log_bytes() + b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    )
    for secret in (key, operator):
        assert secret.encode() not in kept
        assert secret[3:].encode() not in kept


def test_keys_and_sources_are_there_after_a_restart(house: House) -> None:
    key = house.add(name="web", kind=Writer.PUBLIC, origins=("https://a.example",))

    again = house.restarted()

    held = again.credential(key)
    assert held is not None
    assert held.source == house.sources.get("web")
    assert [source.name for source in again.all()] == ["web"]


@pytest.mark.parametrize(
    "told", ["", "sk_", "x" * 10_000_000, "\ud800", "sk_" + "A" * 32]
)
def test_an_unknown_key_opens_nothing(house: House, told: str) -> None:
    house.add(name="erp")

    assert house.sources.credential(told) is None


def test_the_hash_of_a_key_opens_nothing(house: House) -> None:
    house.add(name="erp")
    [key] = house.sources.keys("erp")

    assert house.sources.credential(key.digest) is None


def test_another_key_of_a_source_holds_beside_the_former(house: House) -> None:
    former = house.add(name="erp")

    another = asyncio.run(house.sources.issue("erp"))

    assert house.sources.credential(former)
    assert house.sources.credential(another)
    assert len(house.restarted().keys("erp")) == 2


def test_a_source_added_many_times_at_once_is_added_once(house: House) -> None:
    async def add() -> list[object]:
        adds = [house.sources.add(Source(name="erp")) for _ in range(6)]
        return await asyncio.gather(*adds, return_exceptions=True)

    told = asyncio.run(add())

    assert [type(one) for one in told[1:]] == [ConflictError] * 5
    assert len(house.sources.keys("erp")) == 1


def test_changes_made_at_once_all_hold(house: House) -> None:
    house.add(name="erp")

    async def change() -> None:
        await asyncio.gather(
            house.sources.change("erp", priority=7),
            house.sources.change("erp", country="PL"),
        )

    asyncio.run(change())

    changed = house.sources.get("erp")
    assert changed is not None
    assert (changed.priority, changed.country) == (7, "PL")


def test_a_revoked_key_opens_nothing_at_once_and_after_a_restart(house: House) -> None:
    key = house.add(name="erp")
    [held] = house.sources.keys("erp")
    assert house.sources.credential(key) is not None

    asyncio.run(house.sources.revoke(held.key_id))

    assert house.sources.credential(key) is None
    assert house.restarted().credential(key) is None


def test_an_operators_token_names_the_operator_and_the_role(house: House) -> None:
    token = asyncio.run(house.sources.add_operator("anna", Role.AGENT))

    held, key = house.sources.credential(token), house.sources.key(token)

    assert held is not None
    assert key is not None
    assert (held.writer, held.operator, held.source.name) == (
        Writer.OPERATOR,
        "anna",
        "operator",
    )
    assert key.role is Role.AGENT


@pytest.mark.parametrize(
    "name", ["", "Web", "a b", "../x", "operator", "habitue", "x" * 65]
)
def test_a_source_has_a_plain_name(house: House, name: str) -> None:
    with pytest.raises(InvalidError):
        house.add(name=name)


def test_no_source_is_of_a_class_that_it_can_not_be(house: House) -> None:
    for kind in (Writer.OPERATOR, Writer.SIGNED):
        with pytest.raises(InvalidError):
            house.add(name="a", kind=kind)
    with pytest.raises(InvalidError):
        house.add(name="a", kind=Writer.SERVER, mode=Mode.TRUSTED)


def test_a_name_is_taken_once(house: House) -> None:
    house.add(name="erp")

    with pytest.raises(ConflictError):
        house.add(name="erp")


def test_a_changed_mode_holds_at_once_and_name_and_kind_stay(house: House) -> None:
    key = house.add(name="web", kind=Writer.PUBLIC)
    assert house.sources.credential(key) is not None

    asyncio.run(house.sources.change("web", mode=Mode.TRUSTED))

    held = house.sources.credential(key)
    assert held is not None
    assert held.source.mode is Mode.TRUSTED
    with pytest.raises(InvalidError):
        asyncio.run(house.sources.change("web", kind=Writer.SERVER))
    with pytest.raises(NotFoundError):
        asyncio.run(house.sources.change("app", mode=Mode.TRUSTED))


def signed(secret: str, kid: str | None = None, source: str = "web") -> str:
    return sign("user_id:42", source, NOW_US + 60_000_000, secret.encode(), kid)


def test_a_signing_secret_verifies_its_own_sources_tokens_only(house: House) -> None:
    house.add(name="web", kind=Writer.PUBLIC)
    house.add(name="app", kind=Writer.PUBLIC)
    kid, secret = house.sources.new_signing_secret("web")
    house.sources.new_signing_secret("app")

    def judge(source: str, token: str) -> Subject | TokenFault:
        return house.sources.subject(token, source, NOW_US)

    assert judge("web", signed(secret, kid)) == Subject("user_id", "42")
    assert isinstance(judge("app", signed(secret, kid, "app")), TokenFault)
    assert isinstance(judge("app", signed(secret, None, "app")), TokenFault)
    assert isinstance(judge("nobody", signed(secret, kid, "nobody")), TokenFault)


def test_two_signing_secrets_overlap_and_a_third_ends_the_first(house: House) -> None:
    house.add(name="web", kind=Writer.PUBLIC)
    first = house.sources.new_signing_secret("web")
    second = house.sources.new_signing_secret("web")

    def good(made: tuple[str, str]) -> bool:
        told = house.restarted().subject(signed(made[1], made[0]), "web", NOW_US)
        return isinstance(told, Subject)

    assert good(first)
    assert good(second)
    third = house.sources.new_signing_secret("web")
    assert (good(first), good(second), good(third)) == (False, True, True)


def test_no_signing_secret_stands_in_the_log(house: House) -> None:
    house.add(name="web", kind=Writer.PUBLIC)

    _, secret = house.sources.new_signing_secret("web")

    assert secret.encode() not in house.log_bytes()


def test_a_server_source_has_no_signing_secret(house: House) -> None:
    house.add(name="erp")

    with pytest.raises(InvalidError):
        house.sources.new_signing_secret("erp")


def test_what_another_process_revoked_opens_nothing_once_read_again(
    house: House,
) -> None:
    key = house.add(name="erp")
    assert house.sources.credential(key) is not None
    [held] = house.sources.keys("erp")
    asyncio.run(house.restarted().revoke(held.key_id))

    house.sources.reload()

    assert house.sources.credential(key) is None


def test_unknown_keys_are_not_remembered(house: House) -> None:
    house.add(name="erp")

    for n in range(100):
        assert house.sources.credential(f"sk_{n}") is None

    assert len(house.sources._credentials) == 0
