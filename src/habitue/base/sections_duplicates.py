"""Settings of the search for duplicates."""

from typing import Annotated

from msgspec import Struct

from habitue.base.setting import Setting


class Duplicates(Struct, frozen=True):
    """People who are likely one: how often they are looked for, how many are kept."""

    every_hours: Annotated[
        int,
        Setting(
            "Hours from one look for duplicates to the next; 0 looks only when asked.",
            high=8_760,
        ),
    ] = 24
    kept_max: Annotated[
        int,
        Setting(
            "Pairs that a look keeps, the likeliest first.",
            low=1,
            high=5_000,
        ),
    ] = 1_000
    likely_percent: Annotated[
        int,
        Setting("Pairs less likely one person than this are left out.", 50, 99),
    ] = 80
    memory_mb: Annotated[
        int,
        Setting("Megabytes of memory that comparing may take.", low=256, high=100_000),
    ] = 1_024
    later_days: Annotated[
        int,
        Setting("After how many days what was postponed comes back.", 1, 365),
    ] = 7
