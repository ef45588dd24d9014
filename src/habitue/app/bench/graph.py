"""Identity alone: ten million edges at once, a large component, chance arrivals."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

BULK_BAR_S = 2.0
COMPONENT_NODES = 2_000
# One in so many e-mails is shared by several people: there the rules decide.
_SHARED = 2_000
_SECOND_US = 1_000_000
