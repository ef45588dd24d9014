"""People read often: their answers are kept, encoded, until what they rest on changes.

An answer rests on the rows it was read from: strands, identifiers, components,
stretches handed over, orders, definitions of sources. Which these were is not worked
out here but noted while they are read, rows that were not there included, so nothing
can be forgotten; and the reading is the ordinary one, over tables that note. Records
of the log don't change. All but one word of an answer is made of that: as_of, the
moment of reading, is put in each time.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

import msgspec

from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.desks.profile_view import View
from habitue.app.projection.evidence import evidence_of
from habitue.app.projection.fold import SOURCES, Fold
from habitue.app.projection.marked import Marked
from habitue.app.projection.scans import CLICKS
from habitue.base.clock import DAY_US, Clock, to_iso
from habitue.base.settings import People
from habitue.identity.resolve import Resolver
from habitue.log.port import Truth
from habitue.model.evidence import Evidence, Judgement, Key
from habitue.model.kind import KindPolicy
from habitue.model.source import Source
from habitue.profile.fold import Profiles
from habitue.state.pieces import Pieces
from habitue.state.recorded import Recorder
from habitue.state.store import Store
from habitue.state.watch import Ground, all_stand

# A row that an answer rests on counts as this many bytes of it.
_GROUND_BYTES = 250
# The same of a piece, with what was made of the row.
_PIECE_BYTES = 2 * _GROUND_BYTES
# Of the room, what a single answer may take.
_SHARE = 8
# An answer that rests on more rows is made in pieces, which are kept.
LARGE = 500
# And so is one of more bytes, already when it is read a second time.
LARGE_BYTES = 65_536
# A piece is made of so many strands: by one change these are made anew, no others.
KEYS_MAX = 48

_encode = msgspec.json.Encoder().encode


class Whole(NamedTuple):
    """An encoded person, in two parts: as_of goes between them."""

    before: bytes
    after: bytes

    def at(self, now_us: int) -> bytes:
        """Give it as read now."""
        return b"%b%b%b" % (self.before, to_iso(now_us).encode(), self.after)


class Kept(NamedTuple):
    """An answer that is kept: what it rests on, and the room it takes.

    Of one too large to be made anew whole, the pieces outlive the answer.
    """

    answer: Any
    grounds: tuple[Ground, ...] | None
    size: int
    pieces: Pieces | None = None

    def stands(self) -> bool:
        """Say whether nothing it rests on has changed."""
        if self.grounds is None or not all_stand(self.grounds):
            return False
        return self.pieces is None or self.pieces.stand()

    def let_go(self) -> None:
        """Let the answer go, and keep its pieces."""
        for ground in self.grounds or ():
            ground.let_go()

    def forget(self) -> None:
        """Let the answer go with its pieces."""
        self.let_go()
        if self.pieces is not None:
            self.pieces.let_go()


class NotingFold:
    """The fold as a reader needs it, over tables that note what is read."""

    def __init__(self, fold: Fold, truth: Truth, policy: KindPolicy) -> None:
        self._fold = fold
        self._truth = truth
        self.recorder = Recorder(fold.store, KEYS_MAX)
        self._sources = self.recorder.table(SOURCES)
        # To readers it is a store; what would change something, it does not have.
        store = cast("Store", self.recorder)
        self.identity = Resolver(
            store, policy, self._evidence_at, self._find_key, self._evidence_of
        )
        self.marked = Marked(store, self.identity)
        self.clicks = Marked(store, self.identity, CLICKS)
        self.undone = fold.undone
        self.profiles = Profiles(self.recorder, self.source, self.identity.devices)

    def source(self, name: str) -> Source:
        return self._sources.get(name) or Source(name=name)

    def _evidence_at(self, offset: int) -> Evidence | Judgement | None:
        record = self._truth.get(offset)
        return None if record is None else evidence_of(record)

    def _evidence_of(self, offsets: Sequence[int]) -> list[Evidence | Judgement]:
        told = map(evidence_of, self._truth.get_many(offsets).values())
        return [one for one in told if one is not None]

    def _find_key(self, key: Key) -> int | None:
        # What lies ahead of the fold has not happened yet.
        offset = self._truth.find(key.source, key.message_id)
        return offset if offset is not None and offset <= self._fold.offset else None


class KeptPeople:
    """Finds and reads people as the desk does, from what is kept where it stands."""

    def __init__(
        self,
        desk: PeopleDesk,
        fold: Fold,
        truth: Truth,
        clock: Clock,
        limits: People,
    ) -> None:
        """limits: what all that is kept may take, and how long a read is remembered."""
        self._fold = fold
        self._truth = truth
        self._clock = clock
        self._plain = desk
        self._bytes_max = limits.kept_bytes_max
        # By its hash, so many reads back; what is read again is kept.
        self._asked_max = limits.asked_max
        # What was used last is at the end. A text is an identifier, a number a person.
        self._kept: dict[str | int, Kept] = {}
        self._size = 0
        self._day = 0
        # Each with whether the answer was a large one.
        self._asked: dict[int, bool] = {}
        self._asked_before: dict[int, bool] = {}
        self._open()

    def _open(self) -> None:
        self._policy = self._fold.identity.policy
        noting = NotingFold(self._fold, self._truth, self._policy)
        self._recorder = noting.recorder
        self._noting = self._plain.over(noting, noting.recorder)

    def find(self, identifier: str) -> int | None:
        """Find who holds an identifier ("kind:value") now."""
        kept = self._look_up(identifier)
        if kept is not None:
            return cast("int | None", kept.answer)
        found = self._make(identifier, PeopleDesk.find, len(identifier) * 4)
        return cast("int | None", found)

    def person(self, person_id: int) -> bytes | None:
        """Give a person whole, as of now, as JSON; None if there is none."""
        kept = self._look_up(person_id)
        whole = kept.answer if kept is not None else self._make(person_id, _read)
        return None if whole is None else whole.at(self._clock.now_us())

    def forget(self) -> None:
        """Drop all that is kept."""
        while self._kept:
            self._let_go(next(iter(self._kept)))

    def begin_anew(self) -> None:
        """Drop all that is kept, and what was read of the log to make it."""
        self.forget()
        self._open()

    @property
    def size(self) -> int:
        """Say how many bytes are kept, by estimate."""
        return self._size

    def _look_up(self, key: str | int) -> Kept | None:
        today = self._clock.now_us() // DAY_US
        if today != self._day:
            # Scores fade with every day.
            self._day = today
            self.forget()
        if self._fold.identity.policy is not self._policy:
            # Kinds are defined by the log, and known outside of rows.
            self.begin_anew()
        kept = self._kept.get(key)
        if kept is None:
            return None
        if not kept.stands():
            if kept.pieces is None:
                self._let_go(key)
            return None
        self._kept[key] = self._kept.pop(key)
        return kept

    def _make(
        self, key: Any, read: Callable[[PeopleDesk, Any], Any], size: int = 0
    ) -> Any:
        was_large = self._was_large(key)
        if was_large is None and self._is_wide(key):
            # It takes as long as some hundred others: what comes of it is kept at once.
            was_large = True
        if was_large is None:
            # Most people are read once; to note and keep that is work for nothing.
            answer = read(self._plain, key)
            self._remember(key, is_large=_bytes(answer) > LARGE_BYTES)
            return answer
        before = self._kept.get(key)
        pieces = before.pieces if before is not None else None
        if pieces is None and was_large:
            pieces = self._new_pieces()
        self._recorder.begin(pieces)
        answer = read(self._noting, key)
        self._keep(key, answer, size + _bytes(answer), pieces)
        return answer

    def _was_large(self, key: str | int) -> bool | None:
        """Say if the answer was large when it was asked for; None if it never was."""
        name = hash(key)
        asked = self._asked.get(name)
        return asked if asked is not None else self._asked_before.get(name)

    def _remember(self, key: str | int, *, is_large: bool) -> None:
        if len(self._asked) >= self._asked_max:
            self._asked_before, self._asked = self._asked, {}
        self._asked[hash(key)] = is_large

    def _is_wide(self, key: str | int) -> bool:
        """Say whether somebody rests on more rows than are read anew in one piece."""
        if isinstance(key, str):
            return False
        strands = self._fold.identity.outline(key, LARGE + 1).strands
        return len(strands) > LARGE

    def _new_pieces(self) -> Pieces:
        return Pieces(self._bytes_max // _SHARE // _PIECE_BYTES)

    def _keep(
        self, key: str | int, answer: Any, size: int, pieces: Pieces | None
    ) -> None:
        before = self._kept.pop(key, None)
        if before is not None:
            self._size -= before.size
            before.let_go()
        room = self._bytes_max // _SHARE
        is_large = pieces is not None or self._recorder.noted > LARGE
        grounds = self._recorder.grounds(max(0, (room - size) // _GROUND_BYTES - 1))
        size += _GROUND_BYTES * (1 + len(grounds or ()))
        if pieces is not None:
            pieces.end()
            size += _PIECE_BYTES * pieces.grounds
        elif is_large:
            pieces = self._new_pieces()
        kept = Kept(answer if grounds is not None else None, grounds, size, pieces)
        if size > room or (grounds is None and pieces is None):
            kept.forget()
            return
        self._kept[key] = kept
        self._size += size
        while self._size > self._bytes_max:
            self._let_go(next(iter(self._kept)))

    def _let_go(self, key: str | int) -> None:
        kept = self._kept.pop(key)
        self._size -= kept.size
        kept.forget()


def _read(desk: PeopleDesk, person_id: int) -> Whole | None:
    view = desk.person(person_id)
    return None if view is None else encode(view)


def _bytes(answer: object) -> int:
    if not isinstance(answer, Whole):
        return 0
    return len(answer.before) + len(answer.after)


def encode(view: View) -> Whole:
    """Encode a person's view, leaving room for the moment of reading."""
    names = list(view)
    at = names.index("as_of")
    before = _encode({name: view[name] for name in names[:at]})
    after = _encode({name: view[name] for name in names[at + 1 :]})
    return Whole(b'%b,"as_of":"' % before[:-1], b'",%b' % after[1:])
