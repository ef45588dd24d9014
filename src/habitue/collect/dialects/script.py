"""The files of others that browsers load from us, unchanged (see vendor)."""

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from habitue.collect.dialect import Answer, Asked

_SCRIPT = b"text/javascript; charset=utf-8"
# Its name stays when the product is updated, so a browser asks again before long.
_SOON = b"public, max-age=300"
# Where the name holds the digest of the content, what is kept stays right.
_FOR_EVER = b"public, max-age=31536000, immutable"


def show_script(asked: Asked, folder: str, name: str) -> Answer:
    """Show a script under a name that stays, packed where the browser takes it so."""
    packed = b"gzip" in asked.call.headers.get(b"accept-encoding", b"")
    place = f"{name}.gz" if packed else name
    body, tag = _file(folder, place)
    headers = [(b"etag", tag)]
    if packed:
        headers.append((b"content-encoding", b"gzip"))
    if tag in asked.call.headers.get(b"if-none-match", b""):
        return Answer(304, headers=tuple(headers), cache=_SOON)
    return Answer(200, body, tuple(headers), _SCRIPT, _SOON)


def show_part(folder: str, name: str) -> Answer:
    """Show a part that a script loads by a name with the digest of its content."""
    return Answer(200, _file(folder, name)[0], media_type=_SCRIPT, cache=_FOR_EVER)


def parts(folder: str) -> tuple[str, ...]:
    """Name the parts that a script may load."""
    held = _folder(folder).iterdir()
    return tuple(sorted(one.name for one in held if ".bundle." in one.name))


def _folder(folder: str) -> Traversable:
    return files("habitue.collect.dialects").joinpath("vendor", folder)


@cache
def _file(folder: str, name: str) -> tuple[bytes, bytes]:
    """Read a file once; give it with its tag."""
    body = _folder(folder).joinpath(name).read_bytes()
    tag = hashlib.sha256(body).hexdigest()[:32]
    return body, b'"%b"' % tag.encode()
