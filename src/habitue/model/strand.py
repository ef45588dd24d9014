"""An identifier during one tenure or stretch: where state is kept."""

# strand = identifier number * STRANDS_MAX + ordinal of the tenure in time, 0 of an
# anchor. A stretch's has its own birth in place of the number, and no ordinal: so none
# is renumbered where a late login parts one of many.
STRANDS_MAX = 1 << 20


def strand(identifier_no: int, ordinal: int) -> int:
    """Number the strand of an identifier's tenure (0 is the first in time).

    >>> strand(2, 1)
    2097153
    """
    return identifier_no * STRANDS_MAX + ordinal


def identifier_no(strand_no: int) -> int:
    """Say which identifier a strand belongs to; of a stretch, its birth."""
    return strand_no // STRANDS_MAX


def ordinal(strand_no: int) -> int:
    """Say which tenure of its identifier a strand is; of a stretch, 0."""
    return strand_no % STRANDS_MAX
