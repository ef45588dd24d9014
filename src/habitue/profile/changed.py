"""Whose traits, consents or purchases changed, for whoever keeps a copy of them.

Nothing is noted until somebody asks for it: who does not take it would hold it all.
What changes with every event (how often, when last) is not noted: events tell it.
"""

from collections.abc import Iterable


class Changed:
    """Notes strands of which more is known than before, and objects told of anew."""

    def __init__(self) -> None:
        self.on = False
        # A source has another rank: which traits stand may differ for anybody.
        self.everybody = False
        self.strands: set[int] = set()
        self.objects: set[str] = set()

    def begin(self) -> None:
        """Note changes from here on."""
        self.on = True

    def rest(self) -> None:
        """Note nothing any more."""
        self.on = False
        self.strands, self.objects = set(), set()

    def put_by(self) -> tuple[set[int], set[str]]:
        """Give the strands and objects that are noted, and begin anew."""
        found = self.strands, self.objects
        self.strands, self.objects = set(), set()
        return found

    def remember(self, strands: Iterable[int], objects: Iterable[str]) -> None:
        """Have it noted again what was noted before."""
        if self.on:
            self.strands.update(strands)
            self.objects.update(objects)

    @property
    def pending(self) -> int:
        """Count what was noted and not taken."""
        return len(self.strands) + len(self.objects)

    def strand(self, strand: int) -> None:
        if self.on:
            self.strands.add(strand)

    def object(self, key: str) -> None:
        if self.on:
            self.objects.add(key)

    def family(self, keys: Iterable[str]) -> None:
        if self.on:
            self.objects.update(keys)
