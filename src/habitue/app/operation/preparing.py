"""Making a database ready for the role that servers run as: tables, then rights."""

from habitue.app.projection.rebuild import open_fold
from habitue.app.projection.storage import (
    PostgresMissingError,
    often_of,
    open_storage,
    repeats_of,
)
from habitue.base.clock import Clock
from habitue.base.errors import ConflictError, InvalidError
from habitue.base.settings import Settings


def prepare(settings: Settings, role: str, clock: Clock) -> list[str]:
    """Make or upgrade all tables as their owner, and let a role use their rows.

    Gives what the role may besides, that it has no need of.
    """
    url = settings.database.url
    if not url:
        raise InvalidError(
            "Only a database is prepared: name it as its owner, by --database"
            " postgresql://OWNER@HOST/NAME."
        )
    try:
        from habitue.backends.postgres import rights  # noqa: PLC0415
    except ImportError as error:
        raise PostgresMissingError from error
    rights.check_role(url, role)
    _make(settings, clock)
    rights.grant(url, role)
    return rights.excess(url, role)


def _make(settings: Settings, clock: Clock) -> None:
    """Open all stores, which makes what lacks; state stays as far as it is."""
    storage = open_storage(settings)
    try:
        repeats_of(settings, clock)
        often_of(settings, clock)
        if not storage.lease.take(clock.now_us()):
            raise ConflictError(
                "A server leads on this database; stop all its servers first."
            )
        zone = settings.shop.time_zone
        open_fold(storage.truth, storage.state, settings.state.rows_max, zone)
        storage.lease.give_up()
    finally:
        storage.close()
