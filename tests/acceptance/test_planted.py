"""Figures that are planted, through the server, the command and a notebook."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import habitue
from tests.acceptance import planted
from tests.acceptance.planted import JULY, JUNE, MARCH, STEPS
from tests.acceptance.shop import Shop
from tests.acceptance.test_insights import ask


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = planted.opened(Shop(tmp_path_factory.mktemp("planted") / "data").start())
    planted.lead_online(made)
    planted.try_in_store(made)
    planted.come_by_ways(made)
    ask(made, "journeys")
    yield made
    made.kill()


# -- online influence ------------------------------------------------------------------


@pytest.mark.feature("I1")
def test_what_is_planted_is_adjusted_and_caused_and_more_is_observed(
    shop: Shop,
) -> None:
    found = ask(shop, "influence", **MARCH)

    # 56 of those who ordered spend 16 besides, and 24 of them 4: 30 for 20, and that.
    assert found["observed"]["ratio"] == "2.12"
    alike, cause = found["adjusted"], found["causal"]
    assert alike["ratio"] == cause["ratio"]["estimate"] == 1.5
    for one in (alike, cause["ratio"]):
        assert one["low"] < 1.5 < one["high"]
    assert (alike["ordered"], alike["matched"], alike["compared_with"]) == (80, 80, 120)
    # Who ordered had spent more before; those compared had spent the same.
    (money,) = [one for one in alike["balance"] if one["known"] == "money_before"]
    assert money["before"] > 0.5
    assert (money["after"], money["balanced"]) == (0.0, True)
    # Sixty of a hundred order for 20, and twenty; each of them spends 30 more.
    assert (cause["way"], cause["experiment"]) == ("experiment", "mail")
    assert (cause["because"], cause["alarm"], cause["unplanned"]) == (None, None, None)
    assert cause["online_per_person"]["estimate"] == 8.0
    assert cause["store_per_person"]["estimate"] == 12.0


@pytest.mark.feature("I1")
def test_a_command_and_a_notebook_tell_the_three_tiers_and_the_balance(
    shop: Shop,
) -> None:
    told = shop.command("insights", "influence", *MARCH.values())
    rows = {
        line.split("│")[1].strip(): line for line in told.splitlines() if "│" in line
    }

    assert "2.12" in rows["observed"]
    assert "1.50" in rows["adjusted"]
    assert "1.50" in rows["causal"]
    assert "by an experiment" in rows["causal"]
    assert "0.00" in rows["money spent in stores before"]
    opened = habitue.open(shop.folder)
    tiers = opened.tiers(*MARCH.values()).df().set_index("tier")
    assert tiers.ratio.to_dict() == {"observed": 2.12, "adjusted": 1.5, "causal": 1.5}
    assert tiers.low.isna().to_dict()["observed"]
    assert tiers.low["causal"] < 1.5 < tiers.high["causal"]
    balance = opened.balance(*MARCH.values()).df().set_index("known")
    assert balance.balanced.all()
    assert balance.before["money_before"] > 0.5


# -- tried in a store, bought online ---------------------------------------------------


@pytest.mark.feature("F6")
def test_who_tried_in_a_store_and_ordered_is_told_by_store_and_region(
    shop: Shop,
) -> None:
    found = ask(shop, "ropo", **JUNE)["showrooming"]

    told = found["purchases"]
    assert (told["yes"], told["no"], told["unlinked"], told["unknown"]) == (2, 1, 0, 0)
    assert (told["share_known"], told["low"], told["high"]) == (0.6667, 0.6667, 0.6667)
    assert found["by_answer"]["product"] == 2
    (store,), (region,) = found["tried_by_store"], found["tried_by_region"]
    assert (store["store"], store["purchases"], store["share"]) == ("s1", 2, 0.6667)
    assert (region["region"], region["purchases"]) == ("north", 2)
    assert store["money"][0]["yes"] == region["money"][0]["yes"] == "11.54"


@pytest.mark.feature("F6")
def test_behind_each_number_of_showrooming_stand_those_who_tried(shop: Shop) -> None:
    found = ask(shop, "ropo", **JUNE)["showrooming"]
    opened = habitue.open(shop.folder)
    who = {shop.id(f"user_id:{name}") for name in planted.TRIED}
    cells = [found["purchases"]["cells"][name] for name in ("yes", "product")]
    names = ("tried_by_store", "tried_by_region", "by_month", "by_category")
    cells += [found[name][0]["cells"]["yes"] for name in names]

    for cell in cells:
        assert set(opened.people(cell)) == who
    other = shop.id("user_id:t2")
    assert opened.people(found["purchases"]["cells"]["no"]) == [other]
    elsewhere = found["tried_by_store"][0]["cells"]["yes"] | {"part": "s9"}
    assert opened.people(elsewhere) == []
    told = shop.command("insights", "people", json.dumps(cells[2]), "--json")
    assert json.loads(told)["count"] == 2
    said = shop.command("insights", "ropo", *JUNE.values())
    assert "Tried in s1, bought online: 2, 66.7% of all online" in said
    rows = opened.purchases(*JUNE.values()).df()
    assert rows.tried_in.value_counts().to_dict() == {"s1": 2, "": 1}


# -- conversion by step and channel ----------------------------------------------------


def by_way(shop: Shop, **more: str) -> dict[str, Any]:
    asked = {"steps": ",".join(STEPS), "steps_by": "$way"}
    return ask(shop, "kpis", **JULY, **asked, **more)


@pytest.mark.feature("I6")
def test_conversion_by_step_is_told_by_the_channel_that_led_there(shop: Shop) -> None:
    found = by_way(shop)

    steps = found["steps"]
    assert steps["by"] == "$way"
    assert [one["people"] for one in steps["all"]] == [6, 4, 1]
    assert {
        one["part"]: [step["people"] for step in one["steps"]] for one in steps["parts"]
    } == planted.TOLD
    email = steps["parts"][0]
    assert (email["part"], email["steps"][1]["of_first"]) == ("email", 0.6667)
    # By the contact all of them are one.
    contacts = ask(shop, "kpis", **JULY, steps=",".join(STEPS))["steps"]["parts"]
    assert [one["part"] for one in contacts] == ["web"]
    # What channels cost goes by the same.
    reached = {one["channel"]: one["reached"] for one in found["costs"]}
    assert reached == {name: told[0] for name, told in planted.TOLD.items()}


@pytest.mark.feature("I6")
def test_each_step_by_a_channel_leads_to_its_people_and_to_a_segment(
    shop: Shop,
) -> None:
    email = by_way(shop)["steps"]["parts"][0]
    opened = habitue.open(shop.folder)
    letter = [shop.id(f"user_id:w{number}") for number in range(3)]

    for at, people in enumerate((letter, letter[:2], letter[:1])):
        assert opened.people(email["steps"][at]["cell"]) == sorted(people)
    made = opened.make_segment(email["steps"][1]["cell"], "added-by-letter")
    assert made["condition"]["event"] == "Segment Listed"
    shop.settle()
    whose = by_way(shop, segment="added-by-letter")["steps"]
    assert [(one["part"], one["steps"][0]["people"]) for one in whose["parts"]] == [
        ("email", 2)
    ]
    assert sorted(opened.people(whose["parts"][0]["steps"][0]["cell"])) == sorted(
        letter[:2]
    )


@pytest.mark.feature("I6")
def test_a_command_and_a_notebook_tell_steps_by_channel(shop: Shop) -> None:
    asked = ("--steps", ",".join(STEPS), "--steps-by", "$way")

    said = shop.command("insights", "kpis", *JULY.values(), *asked)

    (line,) = [line for line in said.splitlines() if "│ paid_search" in line][:1]
    assert "2 (100.00%)" in line
    assert "1 (50.00%)" in line
    opened = habitue.open(shop.folder)
    told = {"steps": ",".join(STEPS), "steps_by": "$way"}
    steps = opened.steps(*JULY.values(), **told).df()
    whole = steps[steps.part.isna()].sort_values("number")
    assert whole.people.tolist() == [6, 4, 1]
    email = steps[steps.part == "email"].sort_values("number")
    assert email.people.tolist() == planted.TOLD["email"]
    assert email.step.tolist() == list(STEPS)


@pytest.mark.parametrize("by", ["$ways", "$", "$way.x", "a-b"])
def test_what_tells_no_step_apart_is_refused(shop: Shop, by: str) -> None:
    path = f"/api/v1/insights/kpis?from=2026-07-01&to=2026-07-31&steps_by={by}"

    assert "no property" in shop.api("GET", path, status=422)["detail"]


# -- rows ------------------------------------------------------------------------------


@pytest.mark.feature("I2")
def test_rows_are_shown_by_a_command_and_written_into_files(
    shop: Shop, tmp_path: Path
) -> None:
    words = ("insights", "rows")
    shown = shop.command(*words, "touchpoints", *JULY.values())
    opened = habitue.open(shop.folder)

    assert "paid_search" in shown
    lines = shop.command(*words, "ropo", *JUNE.values(), "--json").splitlines()
    told = [json.loads(line) for line in lines]
    assert [one["tried_in"] for one in told] == ["s1", "s1", ""]
    names = ("csv", "arrow", "parquet")
    files = {name: tmp_path / f"ways.{name}" for name in names}
    flags = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    assert shop.command(*words, "journeys", *JULY.values(), *flags) == ""
    (way,) = opened.journeys(*JULY.values()).arrow().to_pylist()
    with pa.ipc.open_stream(files["arrow"]) as reader:
        assert reader.read_all().to_pylist() == [way]
    assert pq.read_table(files["parquet"])["path"].to_pylist() == [["email"]]
    assert files["csv"].read_text().splitlines()[0].startswith("person_id,object")
    intents = shop.command(*words, "intents", *JULY.values(), "--json")
    assert len(intents.splitlines()) == len(planted.CAME)


@pytest.mark.feature("I6")
def test_a_notebook_gets_cohorts_tenths_and_transitions_as_tables(shop: Shop) -> None:
    opened, days = habitue.open(shop.folder), MARCH | {"from": "2026-02-01"}
    told = ask(shop, "kpis", **days)

    cohorts = opened.cohorts(*days.values()).df()
    tenths = opened.tenths(*days.values()).df()
    moves = opened.transitions(*JULY.values()).df()

    assert cohorts.cohort.tolist() == ["2026-02"] * 2
    assert cohorts.people.tolist() == [200, 200]
    assert tenths.amount_minor.sum() == sum(
        one["amount_minor"] for one in told["deciles"]["tenths"]
    )
    edges = ask(shop, "intent", **JULY)["transitions"]
    assert moves["count"].tolist() == [one["count"] for one in edges]
    assert {"from", "to", "share", "changed_channel"} <= set(moves.columns)
