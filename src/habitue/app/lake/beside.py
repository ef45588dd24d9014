"""What conditions ask for beside the copy: the catalogue of now, the days of zones."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import structs

from habitue.app.desks.slices import Slices
from habitue.app.segments.facts import CatalogGoods
from habitue.lake.port import Packed, Question
from habitue.segment.compile_comparison import values_in
from habitue.segment.compiled import Compiled

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.asking import OneOffset

ROWS_MAX = 1_000_000
_STORES = (
    "SELECT DISTINCT store, source FROM events WHERE store IS NOT NULL"
    " UNION SELECT store, source FROM purchases WHERE store IS NOT NULL"
)
ZONES = "SELECT DISTINCT text FROM facts WHERE name = 'zone'"


async def tables_beside(
    at: "OneOffset", home: "Home", made: Iterable[Compiled], now_us: int
) -> dict[str, Packed]:
    """Give the tables that queries read beside the copy's, of what stands in it."""
    made = list(made)
    reads = {name for one in made for name in one.reads}
    found: dict[str, Packed] = {}
    if "stores" in reads:
        found["stores"] = await stores_of(at, home)
    if "goods" in reads:
        wanted = [asked_goods(one, found) for one in made if one.goods]
        pairs = {pair for one in wanted for pair in await _told(at, one)}
        found["goods"] = await _goods(home, pairs)
    if "zones" in reads:
        from habitue.app.lake.arrow import zones_table

        told = await _told(at, all_of(ZONES))
        found["zones"] = zones_table((zone for (zone,) in told), now_us)
    return found


async def goods_of(at: "OneOffset", home: "Home", wanted: Question) -> Packed:
    """Give what the catalogue says of products; wanted: asks which, of whom."""
    return await _goods(home, await _told(at, wanted))


def asked_goods(made: Compiled, stores: Mapping[str, Packed]) -> Question:
    """Ask for the goods of which a condition has to know what the catalogue says.

    stores: the table of that name, where what the condition means is told by it.
    """
    values = values_in(made.goods, made.values)
    return structs.replace(all_of(made.goods), values=values, tables=dict(stores))


def all_of(sql: str) -> Question:
    """Ask for all rows of a query of ours."""
    return Question(sql=sql, rows_max=ROWS_MAX, trusted=True)


async def _goods(home: "Home", pairs: Iterable[tuple[Any, ...]]) -> Packed:
    from habitue.app.lake.arrow import goods_table

    goods, slices = CatalogGoods(home.fold), Slices(home.fold)
    rows: list[tuple[Any, ...]] = []
    for product, source in pairs:
        fields, prices = goods.product(product, source), goods.prices(product, source)
        rows.append((product, source, fields, prices))
        await slices.turn()
    return goods_table(rows)


async def stores_of(at: "OneOffset", home: "Home") -> Packed:
    """Give the regions of the stores that are told of, as the catalogue has them."""
    from habitue.app.lake.arrow import stores_table

    return stores_table(await _regions(at, home))


async def regions_of(at: "OneOffset", home: "Home") -> dict[str, str]:
    """Give the region of each store by its id, where the catalogue knows one."""
    told = await _regions(at, home)
    return {store: region for store, _, region in reversed(told) if region}


async def _regions(at: "OneOffset", home: "Home") -> list[tuple[str, str, str]]:
    goods, slices = CatalogGoods(home.fold), Slices(home.fold)
    rows: list[tuple[str, str, str]] = []
    for store, source in await _told(at, all_of(_STORES)):
        rows.append((store, source, goods.region(store, source)))
        await slices.turn()
    return rows


def people_of(ids: Iterable[int]) -> Packed:
    """Give ids of people as a table."""
    from habitue.app.lake.arrow import people_table

    return people_table(ids)


async def _told(at: "OneOffset", question: Question) -> list[tuple[Any, ...]]:
    found = (await at.ask(question)).table
    columns = [found.column(number).to_pylist() for number in range(found.num_columns)]
    return list(zip(*columns, strict=True))
