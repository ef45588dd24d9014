"""What a person did becomes sessions. This is what a session is; SQL is held to it."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from habitue.base.clock import to_datetime
from habitue.journey.acts import (
    ONLINE,
    Act,
    Session,
    SessionRules,
    is_spoken,
    place_of,
)

DIRECT = "direct"
_Mark = tuple[str, str]
_NO_MARK: _Mark = ("", "")


def sessions_of(acts: Iterable[Act], rules: SessionRules) -> list[Session]:
    """Give the sessions of one person in order of time.

    In each place by itself: a till's receipt does not end a session on the web. Who
    comes back directly, or says nothing of how they came, goes on with the session.
    """
    places: dict[str, list[Act]] = {}
    for act in sorted(acts):
        places.setdefault(place_of(act.contact, act.store), []).append(act)
    found = [
        _session(part) for told in places.values() for part in _parted(told, rules)
    ]
    return sorted(found, key=lambda one: (one.since_us, one.offset))


def _parted(acts: list[Act], rules: SessionRules) -> list[list[Act]]:
    """Part the acts in one place, in order, where one session ends."""
    found: list[list[Act]] = []
    mark = _NO_MARK
    for act in acts:
        is_new = not found or _ends(found[-1][-1], act, rules)
        if is_new:
            mark = _NO_MARK
        told = _mark(act)
        if is_new or (rules.on_campaign and told not in {_NO_MARK, mark}):
            found.append([])
        if told != _NO_MARK:
            mark = told
        found[-1].append(act)
    return found


def _ends(last: Act, act: Act, rules: SessionRules) -> bool:
    if act.at_us - last.at_us > rules.idle_us:
        return True
    return rules.at_midnight and day_in(rules.zone, last.at_us) != day_in(
        rules.zone, act.at_us
    )


def day_in(zone: str, at_us: int) -> str:
    """Give the day of a moment in a zone.

    >>> day_in("Asia/Almaty", 68_400_000_000)
    '1970-01-02'
    """
    return to_datetime(at_us).astimezone(ZoneInfo(zone)).date().isoformat()


def _mark(act: Act) -> _Mark:
    """Give by what an act says that somebody came anew; empty if by nothing."""
    if act.contact not in ONLINE or act.way in {"", DIRECT}:
        return _NO_MARK
    return act.way, act.campaign


def _session(acts: list[Act]) -> Session:
    first, marks = acts[0], [_mark(one) for one in acts]
    way, campaign = next((one for one in marks if one != _NO_MARK), (DIRECT, ""))
    online = first.contact in ONLINE
    return Session(
        since_us=first.at_us,
        until_us=acts[-1].at_us,
        offset=first.offset,
        contact=first.contact,
        # On the web a store is what is looked at, not where somebody is.
        store="" if online else first.store,
        channel=way if online else first.contact,
        campaign=campaign if online else "",
        device=next((one.device for one in acts if one.device), ""),
        acts=len(acts),
        spoken=any(is_spoken(one.contact, one.name) for one in acts),
    )
