"""The settings of the copy for analysis."""

from typing import Annotated

from msgspec import Struct

from habitue.base.setting import Setting


class Lake(Struct, frozen=True):
    """The copy of the events that analysis asks."""

    enabled: Annotated[
        bool,
        Setting("Whether events are copied for analysis; without, a copy is deleted."),
    ] = True
    memory_mb: Annotated[
        int,
        Setting("Megabytes of memory that queries may take.", low=64, high=1_000_000),
    ] = 512
    spill_mb: Annotated[
        int,
        Setting("Megabytes of disk that large queries may take.", high=10_000_000),
    ] = 2_048
    cores: Annotated[
        int,
        Setting(
            "Cores a query may use where events leave them; 0: all, four at most.",
            high=64,
        ),
    ] = 1
    query_seconds_max: Annotated[
        int, Setting("A query that takes longer is broken off.", low=1, high=3_600)
    ] = 30
    query_rows_max: Annotated[
        int,
        Setting("Rows that a query may give.", low=1, high=10_000_000),
    ] = 1_000_000
    seal_seconds: Annotated[
        int,
        Setting("Seconds after which new events go from memory to disk.", 1, 60),
    ] = 3
    daily_parquet: Annotated[
        bool,
        Setting("Whether each day's events are written as Parquet, once it is over."),
    ] = True
