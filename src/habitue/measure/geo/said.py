"""Why a test by region says nothing of what online money does."""

UNTOLD = (
    "Not known: nothing was sold online in these regions, or their orders do not tell"
    " the region they are delivered to (region)."
)
UNMOVED = (
    "Not known: what was sold online there moved no more than by chance, so nothing"
    " says what online money does."
)
