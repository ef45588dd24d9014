"""An identifier during one tenure or stretch: where state is kept."""

# strand = identifier number * STRANDS_MAX + ordinal of the tenure or stretch in time.
STRANDS_MAX = 1 << 20


def strand(identifier_no: int, ordinal: int) -> int:
    """Number the strand of an identifier's tenure or stretch (0 is the first in time).

    >>> strand(2, 1)
    2097153
    """
    return identifier_no * STRANDS_MAX + ordinal


def identifier_no(strand_no: int) -> int:
    """Say which identifier a strand belongs to."""
    return strand_no // STRANDS_MAX


def ordinal(strand_no: int) -> int:
    """Say which tenure or stretch of its identifier a strand is."""
    return strand_no % STRANDS_MAX
