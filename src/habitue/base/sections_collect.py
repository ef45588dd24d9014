"""The settings of the doors."""

from typing import Annotated

from msgspec import Struct

from habitue.base.setting import (
    Setting,
)

KIB = 1024
MIB = 1024 * KIB


class Collect(Struct, frozen=True):
    """What the door takes at a time."""

    event_bytes_max: Annotated[
        int, Setting("A larger event is quarantined.", low=KIB, high=MIB)
    ] = 32 * KIB
    wire_bytes_max: Annotated[
        int,
        Setting("A larger request is answered 413.", low=KIB, high=200_000_000),
    ] = 20_000_000
    inflated_bytes_max: Annotated[
        int,
        Setting(
            "A request that unpacks to more is answered 413.",
            low=KIB,
            high=500_000_000,
        ),
    ] = 50_000_000
    batch_items_max: Annotated[
        int, Setting("Items in one request, at most.", low=1, high=100_000)
    ] = 2_500
    bodies_bytes_max: Annotated[
        int,
        Setting(
            "Bytes of bodies held at one time; more is answered 503.",
            low=MIB,
            high=64 * 1024 * MIB,
        ),
    ] = 256 * MIB
    webhook_bytes_max: Annotated[
        int,
        Setting("A larger webhook delivery is answered 413.", low=KIB, high=8 * MIB),
    ] = MIB
    body_timeout_s: Annotated[
        int, Setting("A body that takes longer is answered 408.", low=1, high=600)
    ] = 30
    public_items_per_s_max: Annotated[
        int,
        Setting(
            "Items a second of a public source that has no rate of its own.",
            low=1,
            high=1_000_000,
        ),
    ] = 5_000
    public_items_per_s_per_address_max: Annotated[
        int,
        Setting(
            "Items a second that one address (IPv6: /64) may send with public keys.",
            low=1,
            high=1_000_000,
        ),
    ] = 500
    public_quarantined_per_s_max: Annotated[
        int,
        Setting(
            "Unusable items of a public source that are kept in a second.",
            low=1,
            high=100_000,
        ),
    ] = 100
    keeps_ip: Annotated[
        bool,
        Setting("Whether a browser's address is kept, where its event tells none."),
    ] = True
    commit_items_max: Annotated[
        int, Setting("Items that one flush may cover.", low=1, high=10_000)
    ] = 500
    commit_wait_ms: Annotated[
        int, Setting("The longest a flush waits for more items.", low=0, high=1_000)
    ] = 5
    queue_items_max: Annotated[
        int,
        Setting("Items that may wait for their flush.", low=100, high=1_000_000),
    ] = 20_000
