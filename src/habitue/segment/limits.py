"""How much a condition may be."""

DEPTH_MAX = 8
NODES_MAX = 200
# With the conditions of other segments put in their place.
INLINED_NODES_MAX = 1_000
NAME_MAX = 200
TEXT_MAX = 500
VALUES_MAX = 500
NAMES_MAX = 50
STEPS_MAX = 10
# So many steps are remembered at a time, to compare later ones with.
ALIKE_STEPS_MAX = 2
PATH_MAX = 8
COUNT_MAX = 1_000_000
AMOUNT_MAX = 10**13
WINDOW_YEARS_MAX = 100
YEAR_DAYS_MAX = 366
