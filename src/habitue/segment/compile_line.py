"""Lines of what was done, as SQL: as they were told, and as the catalogue has them.

A line (l) tells what is asked of its deed, too, under d_..: of an event its row is
joined for that; beside a line of a purchase it stands already.
"""

from typing import NamedTuple

from habitue.segment.facts import OBJECTS
from habitue.segment.reading import LIST_PRICE

# What a line of a purchase tells of that, which is called as its purchases are.
_OF_BOUGHT = {
    "log_offset": "-e.purchase_id",
    "strand": "e.strand",
    "happened_at": "e.happened_at",
    "t": "epoch_us(e.happened_at)",
    "type": "e.kind",
    "source": "e.source",
    "channel": "e.channel",
    "store": "e.store",
}
_LINE = (
    "e.line, e.product, e.name, e.category, e.brand, e.price_minor, e.quantity_milli,"
    " e.amount_minor, e.currency"
)
# Of a line, by what is asked of its goods: whether the catalogue has to say it.
LACKS = {
    "$category": "told.category = ''",
    "$brand": "told.brand = ''",
    LIST_PRICE: "TRUE",
}


class Purchases(NamedTuple):
    """How purchases are called, and which are meant, as SQL over a row e of theirs."""

    called: str
    which: str


class Lines(NamedTuple):
    """What is asked of lines: of whose, of their deeds, of their goods."""

    # The names of what was done.
    names: frozenset[str]
    # Columns of the deed.
    of_deed: frozenset[str]
    # What the catalogue may have to say.
    goods: frozenset[str]
    purchases: Purchases

    def known(self) -> str:
        """Give the query for lines, as the catalogue has what was not told."""
        told = f"({self._told()}) AS told"
        if not self.goods:
            return f"SELECT * FROM {told}"
        if not self._stand_alone or LIST_PRICE in self.goods:
            # A product that lacks nothing is none, so that nobody looks it up.
            product = f"CASE WHEN {self._lacks()} THEN told.product END"
            return self._looked_up(told, product)
        # Most lack nothing. What passes through no join is put in groups much sooner:
        # of their words the engine knows that they are few.
        return (
            f"SELECT * FROM {told} WHERE NOT ({self._lacks()}) UNION ALL"
            f" {self._looked_up(told, 'told.product')} WHERE {self._lacks()}"
        )

    def _looked_up(self, told: str, product: str) -> str:
        listed = ", goods.prices AS listed" if LIST_PRICE in self.goods else ""
        return (
            "SELECT told.* REPLACE ("
            "coalesce(nullif(told.category, ''), goods.category, '') AS category,"
            " coalesce(nullif(told.brand, ''), goods.brand, '') AS brand)"
            f"{listed} FROM {told} LEFT JOIN goods ON told.product <> ''"
            f" AND goods.product = {product} AND goods.source = told.d_source"
        )

    def lacking(self, deed: str) -> str:
        """Give the query for goods of which the catalogue has to say what is asked.

        deed: the query for what was done. "" where the catalogue isn't asked.
        """
        if not self.goods:
            return ""
        given = "" if self._stand_alone else f"WITH deed AS ({deed}) "
        return (
            f"{given}SELECT DISTINCT told.product, told.d_source AS source"
            f" FROM ({self._told()}) AS told"
            f" WHERE told.product <> '' AND ({self._lacks()})"
        )

    def _lacks(self) -> str:
        return " OR ".join(LACKS[one] for one in sorted(self.goods))

    @property
    def _of_deed(self) -> list[str]:
        return sorted({*self.of_deed, *(("source",) if self.goods else ())})

    @property
    def _stand_alone(self) -> bool:
        """Say whether lines of purchases tell all that is asked of these."""
        told = {*_OF_BOUGHT, "name"}
        return self.names <= OBJECTS and told.issuperset(self._of_deed)

    def _told(self) -> str:
        """Give lines as they were told, and what is asked of their deeds."""
        if self._stand_alone:
            told = {**_OF_BOUGHT, "name": self.purchases.called}
            columns = "".join(f", {told[name]} AS d_{name}" for name in self._of_deed)
            return (
                f"SELECT -e.purchase_id AS log_offset, {_LINE}{columns}"
                f" FROM lines_bought AS e WHERE {self.purchases.which}"
            )
        columns = "".join(f", deed.{name} AS d_{name}" for name in self._of_deed)
        rows = f"({' UNION ALL '.join(self._of_those())}) AS told"
        return f"SELECT told.*{columns} FROM {rows} JOIN deed USING (log_offset)"

    def _of_those(self) -> list[str]:
        """Give the lines of events and of orders as they stand, those that are asked.

        Where orders alone are, the lines of all events would be looked through in vain.
        """
        found = []
        if self.names - OBJECTS:
            found.append("SELECT * FROM lines")
        if OBJECTS & self.names:
            found.append(
                "SELECT -purchase_id AS log_offset, * EXCLUDE (purchase_id)"
                " FROM purchase_lines"
            )
        return found
