"""Whatever is undone and redone, the copy says of each event whose it is."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from habitue.model.evidence import Key, Verb, Verdict
from habitue.model.import_run import ENDLESS
from tests.identity.histories import POLICIES
from tests.lake.kept import EVENTS, Kept
from tests.lake.test_copy import entry, run
from tests.lake.test_copy_law import CALM, ROUGH, _do, _log
from tests.proof.logbook import verdict_entry
from tests.proof.test_undoing import ID, define, with_imports

LOGS = 6


async def _live(folder: Path, chance: Random, deeds: tuple[str, ...]) -> None:
    kept = Kept(folder, chance.choice(POLICIES))
    lines = with_imports(_log(chance), chance)
    while lines:
        part = chance.randint(1, 12)
        kept.write(lines[:part])
        lines = lines[part:]
        head = kept.truth.head()
        define(kept.truth, chance.choice((0, chance.randint(0, head), ENDLESS)))
    while kept.fold.offset < kept.truth.head():
        kept.apply(chance.randint(1, 4))
        await _do(kept, chance.choice(deeds))
    await kept.check()
    await kept.close()


@pytest.mark.parametrize("number", range(LOGS))
@pytest.mark.parametrize("deeds", [CALM, ROUGH], ids=["calm", "rough"])
def test_the_copy_follows_what_is_undone_and_redone(
    tmp_path: Path, seed: int, number: int, deeds: tuple[str, ...]
) -> None:
    asyncio.run(_live(tmp_path, Random(f"{seed} undone {number}"), deeds))


def test_what_was_retracted_before_it_came_counts_no_more_when_it_is_redone(
    tmp_path: Path,
) -> None:
    async def does(kept: Kept) -> None:
        verdict = Verdict(
            verb=Verb.RETRACT, target=Key("web", "m1"), at_us=1, operator="a"
        )
        kept.write([verdict_entry("erp", "j1", verdict), entry(1, imported=ID)])
        define(kept.truth, ENDLESS)
        kept.apply()
        await kept.check()

        define(kept.truth, 0)
        kept.apply()

        assert await kept.rows(EVENTS) == kept.events() == [(2, None)]

    run(tmp_path, does)
