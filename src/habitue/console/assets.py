"""The page's own files and the vendored ones, each under the digest of its content."""

import hashlib
from functools import cache
from importlib.resources import files

from msgspec import Struct

FILES = {
    "habitue.css": "habitue.css",
    "page.js": "page.js",
    "theme.js": "theme.js",
    "dialog.js": "dialog.js",
    "duplicates.js": "duplicates.js",
    "charts.js": "charts.js",
    "icon.svg": "icon.svg",
    "htmx.js": "vendor/htmx.org-4.0.1/htmx.min.js",
    "hx-csp.js": "vendor/htmx.org-4.0.1/hx-csp.min.js",
    "echarts.js": "vendor/echarts-6.1.0/echarts.min.js",
    "bootstrap.css": "vendor/bootstrap-5.3.9/bootstrap.min.css",
}
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


class Asset(Struct, frozen=True):
    """A file that a browser fetches once."""

    name: str
    digest: str
    body: bytes

    @property
    def path(self) -> str:
        return f"/console/static/{self.digest}/{self.name}"

    @property
    def media_type(self) -> str:
        return TYPES[self.name.rpartition(".")[2]]


@cache
def assets() -> dict[str, Asset]:
    """Give all files by name, read once."""
    folder = files("habitue.console") / "static"
    found = {}
    for name, place in FILES.items():
        body = folder.joinpath(place).read_bytes()
        digest = hashlib.sha256(body).hexdigest()[:16]
        found[name] = Asset(name, digest, body)
    return found


def asset_path(name: str) -> str:
    """Give the address of a file; it changes with the file's content."""
    return assets()[name].path
