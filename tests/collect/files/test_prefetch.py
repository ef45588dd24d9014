"""What is loaded before it is folded changes nothing of what is folded."""

import msgspec
import pytest

from habitue.app.bulk.prefetch import Prefetch
from habitue.app.projection.rebuild import digest, open_fold, save
from habitue.app.projection.storage import open_storage
from habitue.base.sections import Data
from habitue.base.settings import Settings
from habitue.log.port import Entry
from habitue.model.event import Event
from tests.collect.files.test_ready import NOW_US, READY

PEOPLE = 400
decode = msgspec.json.Decoder(Event).decode


def entry(turn, n):
    """Give one of the tellings of a person: the same people over and over."""
    at = n * 37 % PEOPLE
    item = {
        "type": "identify",
        "messageId": f"{turn}/{n}",
        "identifiers": {
            "customer_id": f"c{at}",
            **({"email": f"e{at % 150}@shop.example"} if n % 3 else {}),
            **({"loyalty_card": f"LC{at % 90}"} if n % 7 == 0 else {}),
        },
        "traits": {"first_name": f"Ada {turn} {n}"},
        "context": {"historical": True},
    }
    message_id, body = READY.of_item(item)
    return Entry(source="crm", message_id=message_id, body=body)


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    settings = settings_in(tmp_path_factory.mktemp("log"))
    storage = open_storage(settings)
    try:
        for turn in range(3):
            entries = [entry(turn, n) for n in range(PEOPLE)]
            storage.truth.commit(entries, NOW_US + turn)
        yield storage.truth
    finally:
        storage.close()


def settings_in(folder):
    return msgspec.structs.replace(Settings(), data=Data(folder=folder))


def folded(truth, folder, rows_max, ahead):
    """Fold the log a hundred records at a time; give the digest of its state."""
    folder.mkdir()
    storage = open_storage(settings_in(folder))
    try:
        fold = open_fold(truth, storage.state, rows_max)
        prefetch = Prefetch(fold.store)
        while records := truth.read(fold.offset, 100):
            if ahead:
                prefetch([decode(one.body) for one in records if one.body])
            for record in records:
                fold.apply(record)
            save(fold, storage.state)
            fold.store.tidy(1.0)
        assert not list(fold.faults.items())
        return digest(fold)
    finally:
        storage.close()


def test_state_is_byte_equal_with_names_loaded_ahead_and_without(records, tmp_path):
    whole = folded(records, tmp_path / "whole", 1_000_000, ahead=False)

    assert folded(records, tmp_path / "little", 1_000, ahead=True) == whole
    assert folded(records, tmp_path / "much", 1_000_000, ahead=True) == whole
