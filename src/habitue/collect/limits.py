"""A limit on everything that comes in, each with its number."""

from msgspec import Struct

from habitue.base.clock import DAY_US, MINUTE_US


class Limits(Struct, frozen=True, kw_only=True):
    """How much the doors take; what is over a limit is refused or quarantined."""

    wire_bytes_max: int = 20 * 1024 * 1024
    inflated_bytes_max: int = 50 * 1024 * 1024
    # Not strictly JSON (NaN, too deep, not UTF-8) is taken apart slowly, up to here.
    mended_bytes_max: int = 4 * 1024 * 1024
    # Who showed no known key in a header or the address yet gets this much read.
    keyless_wire_bytes_max: int = 512 * 1024
    keyless_inflated_bytes_max: int = 1024 * 1024
    # A delivery of a webhook; reading one takes a few milliseconds at most.
    webhook_bytes_max: int = 1024 * 1024
    body_timeout_s: float = 30.0
    # What the bodies of all requests together may take at one time.
    bodies_bytes_max: int = 256 * 1024 * 1024
    batch_items_max: int = 2_500
    # Items over the batch's limit are refused one by one, up to here; a request with
    # more is no batch but an attack, and is turned away whole.
    request_items_max: int = 25_000
    event_bytes_max: int = 32 * 1024
    # A receipt of a thousand lines is one event of an imported file.
    bulk_event_bytes_max: int = 1024 * 1024
    depth_max: int = 32
    name_chars_max: int = 200
    message_id_chars_max: int = 200
    properties_max: int = 500
    traits_max: int = 200
    # Of an item too big to be an event, this much is kept for looking at.
    quarantine_bytes_max: int = 64 * 1024
    # The rate of a public source that has none of its own, and how many unusable items
    # of its public keys are kept: anybody can read such a key in a page.
    public_items_per_s_max: int = 5_000
    public_quarantined_per_s_max: int = 100
    # What one address may send of that: who floods must not use up all visitors' key.
    public_items_per_s_per_address_max: int = 500
    future_us: int = 5 * MINUTE_US
    reach_us: int = 10 * 366 * DAY_US


# An integer that no database and no spreadsheet can hold is a mistake.
INTEGER_MAX = 2**63 - 1
# A body over the first number of bytes with a comma in fewer than the second is not
# made of events: taking apart millions of crumbs would fill the memory.
CRUMBS_FROM_BYTES = 1024 * 1024
CRUMB_BYTES = 10
