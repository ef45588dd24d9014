"""No table keyed by strand is forgotten when people are combined or erased."""

from pathlib import Path

import pytest

from habitue.backends.sqlite.state import SqliteState
from habitue.base.errors import ConflictError, InvalidError
from habitue.state import registry
from habitue.state.port import TableSpec
from habitue.state.table import Store

FORGOTTEN = TableSpec(name="forgotten", key=int, value=int, strand_keyed=True)


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "STRAND_TABLES", {})


def register(spec: TableSpec = FORGOTTEN) -> TableSpec:
    return registry.register(spec, combine=max, erase=lambda row: None)


@pytest.fixture
def store(tmp_path: Path):
    store = Store(SqliteState(tmp_path / "state.db"), rows_max=10, stamp="1")
    yield store
    store.close()


def test_a_store_with_an_unregistered_strand_table_does_not_open(store: Store) -> None:
    store.table(FORGOTTEN)

    with pytest.raises(InvalidError, match="'forgotten' is keyed by strand but not"):
        store.open()


def test_a_store_with_a_registered_strand_table_opens(store: Store) -> None:
    store.table(register())

    assert store.open() == 0


def test_a_table_not_keyed_by_strand_cant_be_registered() -> None:
    with pytest.raises(InvalidError, match="strand_keyed=True"):
        register(TableSpec(name="other", key=int, value=int))


def test_two_strand_tables_cant_have_one_name() -> None:
    register()

    with pytest.raises(ConflictError, match="'forgotten'"):
        register(TableSpec(name="forgotten", key=int, value=str, strand_keyed=True))


def test_registering_a_table_again_is_harmless() -> None:
    register()

    assert register() == FORGOTTEN
