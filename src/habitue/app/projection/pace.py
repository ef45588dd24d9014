"""How fast the projector goes, and how often state is written."""

from msgspec import Struct


class Pace(Struct, frozen=True, kw_only=True):
    """How the projector spends the loop's time, and how often state is written."""

    slice_s: float = 0.001
    queue_records_max: int = 50_000
    read_records_max: int = 1_000
    snapshot_records: int = 20_000
    snapshot_s: float = 2.0
