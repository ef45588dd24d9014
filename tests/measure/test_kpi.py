"""Key figures of a year of a real shop, to the penny, beside pandas."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pandas as pd
import pytest
from msgspec import structs

from habitue.api.port_kpis import Wanted
from habitue.app.insights.kpi_day import DAY, LOOKED, day_view
from habitue.app.insights.kpi_framing import asked_of
from habitue.app.insights.kpi_view import Frame, kpi_view
from habitue.backends.duckdb.lake import DuckLake, Limits
from habitue.demo.history import history_file
from habitue.lake.port import Bought, Question, Seal, Tail
from habitue.lake.rows import EventRow, HoldingRow, PurchaseRow
from habitue.measure.kpi.asking import Asked, query
from habitue.measure.kpi.cells import Cell, condition_of
from habitue.segment.compile_sql import Asked as Compiling
from habitue.segment.compile_sql import compiled

ZONE = "Europe/London"
FIRST, LAST = "2010-12-01", "2011-12-09"
NOW = int(pd.Timestamp("2012-01-01", tz="UTC").timestamp()) * 1_000_000


@pytest.fixture(scope="module")
def invoices() -> pd.DataFrame:
    """Sales of the year, one a row: whose, when, of how many pence, where from."""
    lines = pd.read_parquet(history_file())
    lines["mills"] = lines.UnitPrice.mul(1000).round().astype("int64") * lines.Quantity
    priced = (lines.Quantity > 0) & (lines.UnitPrice > 0)
    known_sort = lines.InvoiceNo.str[:1].isin(["C", "A"])
    sold = lines[priced & ~known_sort]
    made = sold.groupby("InvoiceNo", sort=False).agg(
        who=("CustomerID", "first"),
        at=("InvoiceDate", "first"),
        mills=("mills", "sum"),
        country=("Country", "first"),
    )
    made["pence"] = (made.mills / 10).round().astype("int64")
    made["month"] = made["at"].dt.strftime("%Y-%m")
    return made.reset_index()


@pytest.fixture(scope="module")
def lake(
    invoices: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DuckLake]:
    """The same sales in a copy; three people look at things in it, too."""
    folder = tmp_path_factory.mktemp("kpi")
    made = DuckLake(folder / "lake.duckdb", folder / "lake", Limits(1024, 60, 256))
    made.open()
    at_us = invoices["at"].dt.tz_localize(ZONE).dt.as_unit("us").astype("int64")
    rows = [
        _receipt(number, one, int(moment))
        for number, (one, moment) in enumerate(
            zip(invoices.itertuples(), at_us, strict=True), 1
        )
    ]
    people = sorted({row.strand for row in rows if row.strand} | {1, 2, 3})
    held = [HoldingRow(one, None, None, one) for one in people]
    looked = [
        _event(1, 1, "Product Viewed", 1, "web"),
        _event(2, 1, "Product Added", 2, "app"),
        _event(3, 1, "Checkout Started", 3, "app"),
        # Backwards, which is no way.
        _event(4, 2, "Product Added", 1, "web"),
        _event(5, 2, "Product Viewed", 2, "web"),
        _event(6, 3, "Product Viewed", 1, "app"),
        _event(7, 3, "Product Added", 2, "app"),
    ]
    made.seal(
        Seal(
            Tail(
                30_000,
                (made.pack("event", looked),),
                (),
                tuple(people),
                (made.pack("holding", held),),
                bought=Bought(
                    tuple(row.key for row in rows), (made.pack("purchase", rows),)
                ),
            )
        )
    )
    yield made
    made.close()


def _receipt(number: int, one: Any, at_us: int) -> PurchaseRow:
    return PurchaseRow(
        purchase_id=number,
        key=f"r\x1ftill\x1f{one.InvoiceNo}",
        happened_at=at_us,
        strand=0 if pd.isna(one.who) else int(one.who),
        kind="receipt",
        source="till",
        store=one.country,
        channel="pos",
        status="",
        currency="GBP",
        amount_minor=one.pence,
        returned_minor=0,
        counted=True,
        claimed=False,
        simulated=False,
        properties="{}",
    )


def _event(offset: int, who: int, name: str, hour: int, channel: str) -> EventRow:
    at = pd.Timestamp("2011-05-01", tz="UTC") + pd.Timedelta(hours=hour)
    at_us = int(at.timestamp()) * 1_000_000
    return EventRow(
        log_offset=offset,
        happened_at=at_us,
        received_at=at_us,
        strand=who,
        type="track",
        name=name,
        source="site",
        store=None,
        channel=channel,
        historical=False,
        marked=None,
        verified=True,
        object=None,
        status=None,
        currency=None,
        amount_minor=None,
        properties="{}",
    )


def ask(lake: DuckLake, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    asking = lake.begin(Tail(lake.offset))
    try:
        found = asking.answer(
            Question(sql=sql, values=values, rows_max=100_000, trusted=True)
        )
    finally:
        asking.close()
    rows: list[dict[str, Any]] = found.table.to_pylist()
    return rows


def asked(first: str = FIRST, last: str = LAST, **more: str) -> Asked:
    made = asked_of((first, last), ZONE, NOW, Wanted(**more))
    return structs.replace(made, currency="GBP")


def view_of(lake: DuckLake, wanted: Asked, first: str, last: str) -> dict[str, Any]:
    told = []
    for one in ("all_sums", "step"):
        made = query(wanted, f"SELECT * FROM {one}")
        told.append(ask(lake, made.sql, made.values))
    return kpi_view(told[0], told[1], Frame(first, last, "", wanted))


@pytest.fixture(scope="module")
def view(lake: DuckLake) -> dict[str, Any]:
    return view_of(lake, asked(), FIRST, LAST)


@pytest.fixture(scope="module")
def known(invoices: pd.DataFrame) -> pd.DataFrame:
    """What known buyers bought, with the month in which each began."""
    table = invoices[invoices.who.notna()].copy()
    table["cohort"] = table.groupby("who")["at"].transform("min").dt.strftime("%Y-%m")
    table["first"] = table["at"] == table.groupby("who")["at"].transform("min")
    return table


def test_sales_of_the_year_are_those_of_pandas_and_of_the_manifest(
    view: dict[str, Any], invoices: pd.DataFrame
) -> None:
    whole = view["all"]
    (money,) = whole["money"]

    assert whole["purchases"] == len(invoices) == 19_960 - 1
    assert whole["purchases"] - whole["unknown"] == 18_532
    assert whole["buyers"] == 4_338
    assert money["amount_minor"] == invoices.pence.sum() == 1_065_562_248
    assert money["amount_minor"] - money["unknown_minor"] == 891_140_790
    assert money["average_minor"] == round(1_065_562_248 / 19_959)
    # 34.42 % bought once alone.
    assert 1 - whole["repeat_rate"] == pytest.approx(0.3442, abs=5e-5)


def test_months_are_those_of_the_manifest_and_of_pandas(
    view: dict[str, Any], known: pd.DataFrame
) -> None:
    told = [
        one["money"][0]["amount_minor"] - one["money"][0]["unknown_minor"]
        for one in view["months"]
    ]
    assert told == [
        57271389, 56944504, 44713735, 59550076, 46920036, 67859456, 66121369, 60009101,
        64534390, 95283838, 103931879, 116181738, 51819279,
    ]  # fmt: skip
    buyers = known.groupby("month").who.nunique().to_dict()
    new = known[known["first"]].groupby("month").who.nunique().to_dict()
    assert {one["month"]: one["buyers"] for one in view["months"]} == buyers
    assert {one["month"]: one["new"] for one in view["months"]} == new
    assert all(
        one["returning"] == buyers[one["month"]] - new[one["month"]]
        for one in view["months"]
    )


def test_days_are_those_of_pandas(view: dict[str, Any], invoices: pd.DataFrame) -> None:
    days = invoices.groupby(invoices["at"].dt.strftime("%Y-%m-%d")).pence

    assert {one["day"]: one["purchases"] for one in view["days"]} == (
        days.size().to_dict()
    )
    assert {one["day"]: one["amount_minor"] for one in view["days"]} == (
        days.sum().to_dict()
    )
    known = invoices[invoices.who.notna()]
    buyers = known.groupby(known["at"].dt.strftime("%Y-%m-%d")).who.nunique().to_dict()
    assert {
        one["day"]: one["buyers"] for one in view["days"] if one["buyers"]
    } == buyers


def test_repeat_and_loyal_buyers_are_those_of_pandas(
    view: dict[str, Any], known: pd.DataFrame
) -> None:
    often = known.groupby("who").size()
    spent = known.groupby("who").pence.sum()

    assert view["all"]["repeat"] == (often >= 2).sum()
    assert view["all"]["loyal"] == (often >= 3).sum()
    share = spent[often >= 3].sum() / spent.sum()
    assert view["all"]["money"][0]["loyal_share"] == round(share, 4)


def test_stores_are_those_of_pandas(
    view: dict[str, Any], invoices: pd.DataFrame, known: pd.DataFrame
) -> None:
    told = {one["store"]: one for one in view["stores"]}
    buyers = known.groupby("country").who.nunique()
    pence = invoices.groupby("country").pence.sum()

    assert {name: one["buyers"] for name, one in told.items()} == {
        name: int(buyers.get(name, 0)) for name in pence.index
    }
    assert {
        name: one["money"][0]["amount_minor"] for name, one in told.items()
    } == pence.to_dict()


def test_cohorts_are_those_of_the_manifest_and_of_pandas(
    view: dict[str, Any], known: pd.DataFrame
) -> None:
    expected = known.groupby(["cohort", "month"]).who.nunique().to_dict()
    pence = known.groupby(["cohort", "month"]).pence.sum().to_dict()

    told = {one["month"]: one["months"] for one in view["cohorts"]}

    assert [one["people"] for one in told["2010-12"]] == [
        885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235,
    ]  # fmt: skip
    found = {
        (cohort, one["month"]): one for cohort, held in told.items() for one in held
    }
    assert {key: one["people"] for key, one in found.items() if one["people"]} == (
        expected
    )
    assert {
        key: one["amount_minor"] for key, one in found.items() if one["people"]
    } == pence


def test_tenths_are_those_of_pandas_and_equal_money_is_in_one_tenth(
    view: dict[str, Any], known: pd.DataFrame
) -> None:
    spent = known.groupby("who").pence.sum()
    tenth = ((spent.rank(method="average") - 0.5) * 10 // len(spent)).astype(int) + 1
    groups = spent.groupby(tenth)

    told = {one["decile"]: one for one in view["deciles"]["tenths"]}

    assert {key: one["people"] for key, one in told.items()} == groups.size().to_dict()
    assert {key: one["amount_minor"] for key, one in told.items()} == (
        groups.sum().to_dict()
    )
    assert told[10]["share"] == round(groups.sum()[10] / spent.sum(), 4)


def test_steps_are_taken_in_order_and_told_by_the_channel_of_the_first(
    view: dict[str, Any],
) -> None:
    steps = view["steps"]

    assert [one["people"] for one in steps["all"]] == [3, 2, 1, 0]
    by = {
        one["part"]: [step["people"] for step in one["steps"]] for one in steps["parts"]
    }
    assert by == {"web": [2, 1, 1, 0], "app": [1, 1, 0, 0]}


def cells(view: Any) -> Iterator[tuple[dict[str, Any], int]]:
    """Give every cell of a view, with the number of people it stands at."""
    if isinstance(view, list):
        for one in view:
            yield from cells(one)
    elif isinstance(view, dict):
        if "cell" in view:
            yield view["cell"], view["people"]
        for what, cell in view.get("cells", {}).items():
            yield cell, view[what]
        for name, one in view.items():
            if name not in {"cell", "cells"}:
                yield from cells(one)


def people_of(lake: DuckLake, cell: dict[str, Any]) -> list[int]:
    condition = condition_of(msgspec.convert(cell, Cell))
    made = compiled(condition, Compiling(now_us=NOW, shop_zone=ZONE))
    assert not made.outside
    return [row["person_id"] for row in ask(lake, made.sql, made.values)]


def test_the_condition_of_every_cell_is_satisfied_by_as_many_people(
    lake: DuckLake, view: dict[str, Any]
) -> None:
    told = list(cells(view))

    assert len(told) > 250
    # Each of its own sort, and of the others one in sixty: each is a query.
    first = {cell["what"]: at for at, (cell, _) in reversed(list(enumerate(told)))}
    chosen = sorted({*first.values(), *range(0, len(told), 60)})
    for cell, people in (told[at] for at in chosen):
        assert len(people_of(lake, cell)) == people, cell


def test_the_people_of_cells_are_those_of_pandas(
    lake: DuckLake, view: dict[str, Any], known: pd.DataFrame
) -> None:
    spent = known.groupby("who").pence.sum()
    tenth = ((spent.rank(method="average") - 0.5) * 10 // len(spent)).astype(int) + 1
    for one in view["deciles"]["tenths"][::3]:
        expected = sorted(int(who) for who in tenth.index[tenth == one["decile"]])
        assert sorted(people_of(lake, one["cell"])) == expected
    cohort = view["cohorts"][2]
    again = cohort["months"][3]
    theirs = known[(known.cohort == cohort["month"]) & (known.month == again["month"])]
    assert sorted(people_of(lake, again["cell"])) == sorted(
        int(who) for who in theirs.who.unique()
    )


def test_purchases_in_no_store_lead_to_their_buyers_too(
    lake: DuckLake, known: pd.DataFrame, view: dict[str, Any]
) -> None:
    (whole,) = [view["all"]]
    cell = {**whole["cells"]["buyers"], "by": "store"}
    told = [one for one in view["stores"] if one["store"] == ""]

    assert [one["cells"]["buyers"] for one in told] == [cell] * len(told)
    in_none = sum(one["buyers"] for one in told)
    assert len(people_of(lake, cell)) == in_none


def test_days_of_the_shops_zone_bound_the_report(
    lake: DuckLake, known: pd.DataFrame
) -> None:
    part = view_of(lake, asked("2011-03-10", "2011-04-20"), "2011-03-10", "2011-04-20")

    inside = known[(known["at"] >= "2011-03-10") & (known["at"] < "2011-04-21")]
    assert part["all"]["buyers"] == inside.who.nunique()
    assert part["all"]["new"] == inside[inside["first"]].who.nunique()
    assert [one["month"] for one in part["months"]] == ["2011-03", "2011-04"]
    for cell, people in list(cells(part["months"]))[::3]:
        assert len(people_of(lake, cell)) == people, cell


def test_of_days_on_which_nobody_bought_nothing_is_told(lake: DuckLake) -> None:
    days = ("2009-03-10", "2009-04-20")

    view = view_of(lake, asked(*days), *days)

    assert (view["all"]["purchases"], view["all"]["repeat_rate"]) == (0, None)
    assert view["deciles"]["tenths"] == view["cohorts"] == view["months"] == []


@pytest.mark.parametrize("day", ["2011-05-01", "2011-11-14", "2009-03-10"])
def test_a_day_by_store_is_what_the_report_of_that_day_says(
    lake: DuckLake, day: str
) -> None:
    wanted = asked(day, day, steps=LOOKED)
    made = query(wanted, DAY)

    told = day_view(ask(lake, made.sql, made.values), Frame(day, day, "", wanted))

    whole = view_of(lake, wanted, day, day)
    assert told["all"] == {name: whole["all"][name] for name in told["all"]}
    assert told["steps"] == whole["steps"]
    by_store = {one["store"]: one for one in whole["stores"]}
    assert {one["store"]: one for one in told["stores"]} == {
        store: {
            **{name: one[name] for name in ("store", "purchases", "unknown", "buyers")},
            "cells": {"buyers": one["cells"]["buyers"]},
        }
        for store, one in by_store.items()
    }
    purchases = [one["purchases"] for one in told["stores"]]
    assert purchases == sorted(purchases, reverse=True)
    # All of what a report shows of it is of somebody, or of nobody, on two of the days.
    assert (told["all"]["purchases"] > 100) is (day == "2011-11-14")
    first = whole["steps"]["all"][0]
    assert (first["people"] > 0) is (day == "2011-05-01")
