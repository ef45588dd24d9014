"""What the API needs of the catalogue: goods, prices, stock, stores."""

from collections.abc import Sequence
from typing import Protocol

from habitue.api.port import View
from habitue.catalog.feed import FeedKind
from habitue.catalog.reconcile import Document, Figures


class Catalog(Protocol):
    """Goods, their prices and stock, and the stores."""

    async def products(self, cursor: str | None, limit: int) -> View: ...

    def product(
        self, product_id: str, source: str | None, at_us: int | None
    ) -> View | None: ...

    def prices(
        self, product_id: str, source: str | None, store: str | None
    ) -> View | None: ...

    async def stores(self, cursor: str | None, limit: int) -> View: ...

    def store(self, store_id: str, source: str | None) -> View | None: ...


class Feeds(Protocol):
    """What the shop's systems tell of goods and stores."""

    async def feed(
        self,
        kind: FeedKind,
        items: Sequence[View],
        source: str,
        operator: str | None,
        *,
        historical: bool,
    ) -> View:
        """Store what is new; give an outcome for each item, in order."""
        ...


class Reconciling(Protocol):
    """A source's figures beside ours."""

    async def reconcile(
        self, source: str | None, figures: list[Figures], documents: list[Document]
    ) -> View: ...

    async def documents(
        self, source: str | None, cursor: str | None, limit: int
    ) -> View: ...
