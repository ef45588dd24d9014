"""Sessions are kept of whoever changed, by the shop's rules, while little is to do."""

from pathlib import Path

import pytest
from msgspec import structs

from habitue.backends.duckdb.lake import DuckLake
from habitue.journey.acts import SessionRules
from habitue.journey.asking import sessions
from habitue.measure.channels import default_rules
from habitue.measure.channels_sql import channel_sql
from habitue.segment.compile_comparison import Bound
from tests.acceptance.shop import Shop, track
from tests.lake.kept import ASKED, Kept
from tests.lake.test_copy import entries, run


async def begun(kept: Kept) -> None:
    kept.write(entries(0, 5, "user_id:u1"))
    kept.apply()
    await kept.rows("SELECT 1")
    await kept.copy.seal(people=True)


def test_while_the_loop_is_busy_none_are_kept(tmp_path: Path) -> None:
    async def does(kept: Kept) -> None:
        await begun(kept)
        kept.is_late = True
        await kept.keep()
        assert kept.copy.lake.stamp == ""

        kept.is_late = False
        await kept.keep()

        assert (kept.copy.lake.stamp, kept.copy.lake.stale) == (
            sessions(ASKED).stamp,
            0,
        )

    run(tmp_path, does)


def test_few_who_changed_wait_and_are_answered_all_the_same(tmp_path: Path) -> None:
    async def does(kept: Kept) -> None:
        await begun(kept)
        await kept.keep()
        kept.copy.sessions.stale_min = 2
        kept.write(entries(5, 5, "user_id:u2"))
        kept.apply()
        await kept.copy.seal(people=True)

        await kept.keep()

        assert kept.copy.lake.stale == 1
        await kept.check()

    run(tmp_path, does)


def test_other_rules_have_all_of_them_made_anew(tmp_path: Path) -> None:
    async def does(kept: Kept) -> None:
        await begun(kept)
        await kept.keep()
        other = structs.replace(ASKED, rules=SessionRules(idle_us=1))
        kept.copy.sessions.made_by = lambda: sessions(other)

        await kept.keep()

        assert kept.copy.lake.stamp == sessions(other).stamp
        await kept.check()

    run(tmp_path, does)


def test_a_server_keeps_them_by_itself_by_the_rules_it_answers_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HABITUE_LAKE__SEAL_SECONDS", "1")
    shop = Shop(tmp_path / "data").start()
    shop.source("web")
    shop.send("web", track("Product Viewed", anonymousId="d1"))

    shop.until(lambda: shop.api("GET", "/api/v1/lake")["sessions_kept"])

    assert shop.stop() == 0
    lake = DuckLake(shop.folder / "lake.duckdb", shop.folder / "lake")
    lake.open()
    bound = Bound()
    rules = structs.replace(ASKED, channel=channel_sql(default_rules(), bound))
    made = sessions(structs.replace(rules, values=bound.values))
    assert lake.stamp == made.stamp
    lake.close()
