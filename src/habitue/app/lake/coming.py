"""How somebody came and on what, as the analytic copy keeps it.

No parameter's value is in it, and no word that looks like a contact point.
"""

import re
from functools import lru_cache
from typing import Any

import msgspec

from habitue.lake.plain import MASK, is_plain_text
from habitue.measure.touch import Touch, read_touch, way_of
from habitue.model.event import Event

_encode = msgspec.json.Encoder().encode
_PATH_CHARS_MAX = 100
_AGENT_CHARS_MAX = 300
# A longer address and the one before it are read each time they come.
_LOOKED_UP_CHARS_MAX = 500
_KINDS = {
    **dict.fromkeys(("mobile", "phone", "smartphone", "ios", "android"), "mobile"),
    **dict.fromkeys(("tablet", "ipad"), "tablet"),
    **dict.fromkeys(("desktop", "laptop", "pc", "computer"), "desktop"),
    **dict.fromkeys(("tv", "smarttv", "console"), "tv"),
}
_TV = re.compile(r"SmartTV|SMART-TV|AppleTV|Tizen|Web0S|BRAVIA")
_TABLET = re.compile(r"iPad|Tablet|Silk/")
_COMPUTER = re.compile(r"Windows NT|Macintosh|X11|CrOS")


def came_of(event: Event) -> str | None:
    """Give the way to the page that an event tells of, as JSON without what is empty.

    None where it tells of no page.
    """
    way = way_of(event)
    if way is None:
        return None
    url, referrer, campaign = way
    if campaign or len(url) + len(referrer) > _LOOKED_UP_CHARS_MAX:
        return written(read_touch(url, referrer, campaign))
    return _by_address(url, referrer)


# Most pages of a shop are opened again and again, and from few places.
@lru_cache(maxsize=8192)
def _by_address(url: str, referrer: str) -> str:
    return written(read_touch(url, referrer, {}))


@lru_cache(maxsize=8192)
def written(touch: Touch) -> str:
    """Write a way; texts that may name somebody are masked.

    >>> written(Touch(source="a@b.example", path="/tea", params=("gclid", "a@b")))
    '{"source":"…","path":"/tea","params":["gclid"]}'
    """
    told: dict[str, Any] = {
        "referrer": touch.referrer,
        "source": _word(touch.source),
        "medium": _word(touch.medium),
        "campaign": _word(touch.campaign),
        "path": _path(touch.path),
        "params": [one for one in touch.params if is_plain_text(one)],
    }
    return _encode({name: value for name, value in told.items() if value}).decode()


def _word(told: str) -> str:
    return told if is_plain_text(told) else MASK


def _path(told: str) -> str:
    kept = len(told) <= _PATH_CHARS_MAX and "@" not in told and " " not in told
    return told if kept else ""


def device_of(event: Event) -> str | None:
    """Give the sort of device that an event was made on; None if it isn't told."""
    context = event.context
    if not context:
        return None
    told = context.get("device")
    sort = told.get("type") if isinstance(told, dict) else told
    if isinstance(sort, str):
        found = _KINDS.get(sort.lower()[:20])
        if found is not None:
            return found
    agent = context.get("userAgent")
    return _of_agent(agent[:_AGENT_CHARS_MAX]) if isinstance(agent, str) else None


@lru_cache(maxsize=4096)
def _of_agent(agent: str) -> str | None:
    """Read what a browser says of itself.

    >>> _of_agent("Mozilla/5.0 (iPad; CPU OS 17_0)"), _of_agent("curl/8")
    ('tablet', None)
    """
    if _TV.search(agent):
        return "tv"
    # An Android that does not say Mobile is a tablet.
    if _TABLET.search(agent) or ("Android" in agent and "Mobile" not in agent):
        return "tablet"
    if "Mobi" in agent or "iPhone" in agent or "okhttp" in agent:
        return "mobile"
    return "desktop" if _COMPUTER.search(agent) else None
