"""habitue.js: the browser's script out of its parts, and the line that loads it."""

import gzip
import hashlib
from functools import cache
from html import escape
from importlib.resources import files

from msgspec import Struct

from habitue import __version__

PATH = "/habitue.js"
# In this order: what is said at the top of a part may use the parts before it.
PARTS = (
    "settings",
    "memory",
    "send",
    "page",
    "clicks",
    "consent",
    "bridges",
    "calls",
)
_OPENING = """\
// Habitue %s, the browser's side.
(() => {
'use strict';
if (window.habitue && window.habitue.version) return;
const VERSION = '%s';
"""
_CLOSING = "})();\n"


class Script(Struct, frozen=True):
    """The script as it is served: plain or packed by gzip, each with its tag."""

    plain: bytes
    packed: bytes
    plain_tag: str
    packed_tag: str


@cache
def browser_script() -> Script:
    """Give the script, put together once: comments and indents stay at home."""
    folder = files("habitue.collect.browser")
    told = [folder.joinpath(f"{part}.js").read_text("utf-8") for part in PARTS]
    opening = _OPENING % (__version__, __version__)
    plain = (opening + "".join(map(_bare, told)) + _CLOSING).encode()
    digest = hashlib.sha256(plain).hexdigest()[:16]
    packed = gzip.compress(plain, 9, mtime=0)
    return Script(plain, packed, f'"{digest}"', f'"{digest}-gzip"')


def _bare(part: str) -> str:
    r"""Take out lines that are comments, indents and empty lines; all else stays.

    >>> _bare("// Why.\nif (a) {\n  b();\n}\n")
    'if (a) {\nb();\n}\n'
    """
    lines = (line.strip() for line in part.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def snippet(address: str, key: str, consent: str = "required") -> str:
    """Write the element that loads the script into a page.

    >>> print(snippet("https://data.shop.example/", "pk"))
    <script src="https://data.shop.example/habitue.js" data-key="pk" \
data-consent="required" async></script>
    """
    source = escape(address.rstrip("/") + PATH)
    return (
        f'<script src="{source}" data-key="{escape(key)}"'
        f' data-consent="{escape(consent)}" async></script>'
    )
