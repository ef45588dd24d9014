"""Who was erased is known again, and can't be read."""

import asyncio

import pytest

from habitue.access.secrets import FileSecrets
from habitue.app.desks.writing import Writing
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import SystemClock
from habitue.base.errors import NotFoundError
from habitue.base.ids import new_id, random_bytes
from habitue.log.commit import Committer
from habitue.model.identifier import Identifier
from habitue.privacy.suppress import LostSecretError, Suppressions

ANNA = Identifier("email", "anna@shop.example")
OTHER = Identifier("email", "other@shop.example")


class Opened:
    """Suppressions over a real log and real files."""

    def __init__(self, folder):
        self.folder = folder
        self.truth = SqliteTruth(folder / "truth.db")

    def made(self, secrets="secrets") -> Suppressions:
        committer = Committer(self.truth, SystemClock())
        writing = Writing(committer, _applied, self.truth, SystemClock(), new_id)
        return Suppressions(writing, FileSecrets(self.folder / secrets), random_bytes)


async def _applied(_offset: int, _timeout_s: float = 1.0) -> bool:
    return True


@pytest.fixture
def opened(tmp_path):
    made = Opened(tmp_path)
    yield made
    made.truth.close()


def test_who_is_suppressed_is_known_again_after_a_restart(opened):
    asyncio.run(opened.made().add("e1", [ANNA], "anna", 1))

    again = opened.made()

    assert again.holds([OTHER, ANNA])
    assert not again.holds([OTHER])


def test_nothing_in_the_log_names_who_is_suppressed(opened):
    asyncio.run(opened.made().add("e1", [ANNA], "op", 1))

    assert b"anna@" not in b"".join(r.body for r in opened.truth.read(0, 10))


def test_another_secret_gives_other_hashes(opened):
    assert opened.made().hash(ANNA) != opened.made("others").hash(ANNA)


def test_a_lost_secret_lets_nobody_in(opened):
    asyncio.run(opened.made().add("e1", [ANNA], "op", 1))

    with pytest.raises(LostSecretError):
        opened.made("lost").holds([OTHER])


def test_who_is_lifted_may_come_back(opened):
    suppressions = opened.made()

    async def both():
        await suppressions.add("e1", [ANNA], "op", 1)
        await suppressions.lift("e1", "eva", 2)

    asyncio.run(both())

    assert not suppressions.holds([ANNA])
    assert [one.lifted_by for one in suppressions.all()] == ["eva"]


def test_what_suppresses_nobody_cannot_be_lifted(opened):
    with pytest.raises(NotFoundError, match="suppresses anybody"):
        asyncio.run(opened.made().lift("e9", "eva", 2))
