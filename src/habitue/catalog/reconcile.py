"""A source's months beside ours: equal to the penny, or what differs and why.

The source tells its figures by month, and by store if it likes; or it lists its
documents, which are figures too. Ours are the orders, receipts and returns that count.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from habitue.base.errors import InvalidError

# Documents of one sort that are listed; all are counted.
LISTED_MAX = 500


class Basis(StrEnum):
    """What a source's figures are of."""

    SALES = "sales"
    RETURNS = "returns"
    # Sales less returns; the count is of both.
    NET = "net"


class Document(Struct, frozen=True, kw_only=True):
    """A sale or a return, ours or the source's; amounts are positive."""

    number: str
    # With the place it belongs to, where a number alone is not unique.
    name: str = ""
    basis: Basis = Basis.SALES
    month: str
    store: str = ""
    currency: str
    amount_minor: int


class Figures(Struct, frozen=True, kw_only=True):
    """What a source says a month comes to; None: it doesn't say."""

    month: str
    basis: Basis = Basis.SALES
    store: str | None = None
    currency: str
    count: int | None = None
    amount_minor: int


class Compared(Struct, frozen=True, kw_only=True):
    """A month of the source beside ours."""

    month: str
    basis: Basis
    store: str | None
    currency: str
    told_count: int | None
    told_minor: int
    our_count: int
    our_minor: int

    @property
    def is_equal(self) -> bool:
        return self.told_minor == self.our_minor and self.told_count in {
            None,
            self.our_count,
        }


class Differing(Struct, frozen=True, kw_only=True):
    """A document that both know, and that is not the same."""

    told: Document
    ours: Document


class Report(Struct, frozen=True, kw_only=True):
    """All months compared, and the documents behind what differs, as far as known."""

    months: tuple[Compared, ...]
    # Told by the source and not counted here; counted here and not told by it.
    missing_here: tuple[Document, ...]
    missing_there: tuple[Document, ...]
    differing: tuple[Differing, ...]
    # How many there are, listed or not.
    documents: dict[str, int]

    @property
    def is_equal(self) -> bool:
        return all(month.is_equal for month in self.months) and not any(
            self.documents.values()
        )


class _Grain(NamedTuple):
    month: str
    basis: Basis
    store: str | None
    currency: str


class Reconciliation:
    """Takes our documents one by one, and says in the end what differs."""

    def __init__(
        self, figures: Sequence[Figures], documents: Sequence[Document] = ()
    ) -> None:
        """Documents without figures are summed up to them, by month and store."""
        self._figures = list(figures) or _sums(documents)
        if not self._figures:
            raise InvalidError("There is nothing to compare: no figures, no documents.")
        _check_alike(self._figures)
        self._by_store = self._figures[0].store is not None
        self._bases = {one.basis for one in self._figures}
        self._months = {one.month for one in self._figures}
        self._first, self._last = min(self._months), max(self._months)
        self._ours: defaultdict[_Grain, list[int]] = defaultdict(lambda: [0, 0])
        self._listed = bool(documents)
        self._told: defaultdict[str, list[Document]] = defaultdict(list)
        for one in documents:
            self._told[one.number].append(one)
        self._missing_there: list[Document] = []
        self._differing: list[Differing] = []
        self._counts = {"missing_here": 0, "missing_there": 0, "differing": 0}

    def take(self, ours: Document) -> None:
        """Take a document of ours that counts, in the shop's month."""
        if self._listed:
            self._match(ours)
        if not self._first <= ours.month <= self._last:
            return
        for basis in self._bases:
            sign = _sign(basis, ours.basis)
            if sign:
                store = ours.store if self._by_store else None
                held = self._ours[_Grain(ours.month, basis, store, ours.currency)]
                held[0] += 1
                held[1] += sign * ours.amount_minor

    def report(self) -> Report:
        """Say what is equal and what differs; to be asked once, at the end."""
        left = [one for told in self._told.values() for one in told]
        self._counts["missing_here"] = len(left)
        left.sort(key=lambda one: (one.month, one.number))
        return Report(
            months=tuple(self._compared()),
            missing_here=tuple(left[:LISTED_MAX]),
            missing_there=tuple(self._missing_there),
            differing=tuple(self._differing),
            documents=self._counts,
        )

    def _match(self, ours: Document) -> None:
        told = self._find(ours)
        if told is None:
            # What lies outside of the months that are told was not asked for.
            if self._first <= ours.month <= self._last and self._wants(ours.basis):
                self._counts["missing_there"] += 1
                if len(self._missing_there) < LISTED_MAX:
                    self._missing_there.append(ours)
        elif not _is_same(told, ours):
            self._counts["differing"] += 1
            if len(self._differing) < LISTED_MAX:
                self._differing.append(Differing(told=told, ours=ours))

    def _find(self, ours: Document) -> Document | None:
        """Take the document that the source tells of ours, the likest of its number."""
        for number in dict.fromkeys((ours.name, ours.number)):
            told = self._told.get(number)
            found = [one for one in told or () if one.basis is ours.basis]
            if told and found:
                likest = max(found, key=lambda one: _likeness(one, ours))
                told.remove(likest)
                return likest
        return None

    def _wants(self, basis: Basis) -> bool:
        return any(_sign(one, basis) for one in self._bases)

    def _compared(self) -> list[Compared]:
        told = {
            _Grain(one.month, one.basis, one.store, one.currency): one
            for one in self._figures
        }
        found = []
        for grain in sorted(told.keys() | self._ours.keys(), key=_order):
            figures = told.get(grain)
            count, amount = self._ours.get(grain, (0, 0))
            counts = any(one.count is not None for one in self._figures)
            found.append(
                Compared(
                    month=grain.month,
                    basis=grain.basis,
                    store=grain.store,
                    currency=grain.currency,
                    # A month that is not told is one without any documents.
                    told_count=figures.count if figures else 0 if counts else None,
                    told_minor=figures.amount_minor if figures else 0,
                    our_count=count,
                    our_minor=amount,
                )
            )
        return found


def _sums(documents: Iterable[Document]) -> list[Figures]:
    sums: defaultdict[_Grain, list[int]] = defaultdict(lambda: [0, 0])
    documents = list(documents)
    by_store = any(one.store for one in documents)
    for one in documents:
        store = one.store if by_store else None
        held = sums[_Grain(one.month, one.basis, store, one.currency)]
        held[0] += 1
        held[1] += one.amount_minor
    return [
        Figures(
            month=grain.month,
            basis=grain.basis,
            store=grain.store,
            currency=grain.currency,
            count=count,
            amount_minor=amount,
        )
        for grain, (count, amount) in sums.items()
    ]


def _check_alike(figures: Sequence[Figures]) -> None:
    """Refuse figures of some stores and of all, and a month that is told twice."""
    if len({one.store is None for one in figures}) > 1:
        raise InvalidError("Some figures name a store and others none; name it on all.")
    grains = [(one.month, one.basis, one.store, one.currency) for one in figures]
    if len(set(grains)) < len(grains):
        twice = next(one for one in grains if grains.count(one) > 1)
        raise InvalidError(
            f"The month {twice[0]} is told twice for one basis, store and currency."
        )


def _sign(basis: Basis, of: Basis) -> int:
    if basis is of:
        return 1
    if basis is Basis.NET:
        return 1 if of is Basis.SALES else -1
    return 0


def _is_same(told: Document, ours: Document) -> bool:
    return (
        (told.month, told.currency, told.amount_minor)
        == (ours.month, ours.currency, ours.amount_minor)
    ) and told.store in {"", ours.store}


def _likeness(told: Document, ours: Document) -> tuple[bool, bool, bool]:
    return (
        told.store == ours.store,
        told.amount_minor == ours.amount_minor,
        told.month == ours.month,
    )


def _order(grain: _Grain) -> tuple[str, str, str, str]:
    return grain.month, grain.store or "", grain.currency, grain.basis
