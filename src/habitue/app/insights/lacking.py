"""What the catalogue is asked beside journeys: of goods that lack something."""

from typing import TYPE_CHECKING

from msgspec import structs

from habitue.app.lake.beside import all_of, goods_of
from habitue.journey.asking import Asked, query
from habitue.lake.port import Packed

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.asking import OneOffset

# Tables of what is asked for: of purchases, and of what who bought looked at besides.
OF_BOUGHT, OF_ALL = "bought_lacking", "lacking"


async def goods_lacking(
    at: "OneOffset", home: "Home", asked: Asked, which: str = OF_ALL
) -> Packed:
    """Give what the catalogue says of goods that a question would know more of."""
    made = query(asked, f"SELECT product, source FROM {which}")
    wanted = structs.replace(all_of(made.sql), values=made.values)
    return await goods_of(at, home, wanted)
