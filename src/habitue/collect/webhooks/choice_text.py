"""Writing TOML: as much of it as a chosen mapping needs."""

import json
import re
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write(told: dict[str, Any]) -> str:
    """Write texts, lists of texts, tables, and lists of tables, in their order.

    >>> print(write({"topic": "kind", "events": [{"event": "Sold"}]}))
    topic = "kind"
    <BLANKLINE>
    [[events]]
    event = "Sold"
    <BLANKLINE>
    """
    return "\n".join(_table(told, "")).lstrip("\n") + "\n"


def _table(told: dict[str, Any], at: str) -> list[str]:
    """Write a table's own values, then the tables within it, each under its name."""
    lines = [
        f"{_key(name)} = {_value(value)}"
        for name, value in told.items()
        if not _is_long(value)
    ]
    for name, value in told.items():
        if not _is_long(value):
            continue
        inner = f"{at}.{_key(name)}" if at else _key(name)
        many = isinstance(value, list)
        for one in value if many else [value]:
            lines += ["", f"[[{inner}]]" if many else f"[{inner}]"]
            lines += _table(one, inner)
    return lines


def _is_long(value: Any) -> bool:
    """Say whether a value has a heading of its own; small recipes stand in a line."""
    if isinstance(value, list):
        return any(isinstance(one, dict) for one in value)
    return isinstance(value, dict) and not ({"const", "path"} & value.keys())


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_text(one) for one in value)}]"
    if isinstance(value, dict):
        pairs = (f"{_key(name)} = {_value(inner)}" for name, inner in value.items())
        return f"{{ {', '.join(pairs)} }}"
    return _text(value)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(told: str) -> str:
    # JSON's way of writing a text is TOML's, but for what can't stand in a TOML file.
    clean = told.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")
