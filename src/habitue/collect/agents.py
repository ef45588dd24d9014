"""What a user agent says of who is there: a person, a program, a scanner of mail."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Agent = Literal["", "bot", "tool", "scanner"]

# More of one is not looked at: those of browsers have about 120 letters.
AGENT_CHARS_MAX = 512
_PERSON: Literal["person"] = "person"
# Asked in this order: who scans mail may call itself a robot, too.
_ORDER: tuple[Agent, ...] = ("scanner", "bot", "tool")


def _read() -> dict[str, tuple[str, ...]]:
    text = files("habitue.collect").joinpath("agents.toml").read_text("utf-8")
    return {name: tuple(one["words"]) for name, one in tomllib.loads(text).items()}


WORDS = MappingProxyType(_read())


@lru_cache(maxsize=4096)
def agent_of(told: str) -> Agent:
    """Say what a user agent is; empty for a person's, and for one that is unknown.

    >>> agent_of("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/)")
    'bot'
    >>> agent_of("Mozilla/5.0 (Linux; Android 13; CUBOT X70) Chrome/120.0 Mobile")
    ''
    >>> agent_of("python-requests/2.31")
    'tool'
    """
    text = told[:AGENT_CHARS_MAX].lower()
    for word in WORDS[_PERSON]:
        text = text.replace(word, " ")
    for agent in _ORDER:
        if any(word in text for word in WORDS[agent]):
            return agent
    return ""
