"""How large a file may be: bombs are refused before they are read."""

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """The bounds of one import; all are checked in the child that parses."""

    file_bytes_max: int = 4 << 30
    inflated_bytes_max: int = 16 << 30
    # Ordinary tables shrink 5 to 50 times; a bomb shrinks 1,000 times.
    ratio_max: int = 200
    rows_max: int = 50_000_000
    columns_max: int = 500
    cell_chars_max: int = 32_768
    line_chars_max: int = 1 << 20
    lines_per_event_max: int = 5_000
    # An invoice or an order as a document, unpacked: it is held as a whole.
    document_bytes_max: int = 16 << 20
    # What parsing may take on top of the interpreter and its libraries.
    memory_bytes_max: int = 1 << 30
    cpu_s_max: int = 3_600
    # A child that says nothing for so long is taken for stuck, and is ended.
    stall_s_max: int = 120


# A small file may be all zeros: the ratio counts only above this size.
RATIO_FREE_BYTES = 16 << 20
# No table has so many rows in so few bytes, unless all say the same.
ROWS_FREE = 1_000_000
ROWS_PER_BYTE_MAX = 8
# So many outcomes cross the pipe at once.
BATCH_ITEMS = 500
CHUNK_ROWS = 20_000
CHUNK_CHARS = 16 << 20
SAMPLE_ROWS = 20_000
