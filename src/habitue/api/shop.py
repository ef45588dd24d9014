"""How the shop reckons: the time zone of its days, the currency of its reports."""

from litestar import get, patch
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET, Struct, UnsetType, structs

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import ShopReckoning, View


class ReckoningChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; what is left out stays as it is."""

    time_zone: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET


def shop_routes(shop: ShopReckoning) -> list[HTTPRouteHandler]:
    """Make the routes over how the shop reckons."""
    return [_show(shop), _change(shop)]


def _show(shop: ShopReckoning) -> HTTPRouteHandler:
    @get(
        "/api/v1/shop",
        permission=Permission.SETTINGS_READ,
        sync_to_thread=False,
        **keyed(),
    )
    def show_shop() -> View:
        """Give the zone and currency that the log defines; days_in: days are now."""
        return shop.show()

    return show_shop


def _change(shop: ShopReckoning) -> HTTPRouteHandler:
    @patch(
        "/api/v1/shop",
        permission=Permission.SETTINGS_WRITE,
        **keyed(400, 409, 413, 422),
    )
    async def change_shop(data: ReckoningChange) -> View:
        """Change zone or currency; the answer says from when that holds."""
        told = structs.asdict(data)
        wanted = {name: value for name, value in told.items() if value is not UNSET}
        return await shop.change(wanted)

    return change_shop
