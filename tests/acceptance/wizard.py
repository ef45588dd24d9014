"""The console's page for files, as somebody signed in there goes through it."""

import re
import time
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from tests.acceptance.shop import Shop

# The page itself looks once a second.
LOOK_S, PATIENCE_S = 0.5, 1_800
_FORM = "application/x-www-form-urlencoded"
_HEADER = re.compile(r'name="(header-\d+)" value="([^"]*)"')
_COLUMN = re.compile(r'name="(column-\d+)".*?</select>', re.DOTALL)
_CHOSEN = re.compile(r'value="([^"]*)" selected')


class Wizard:
    """Uploads files, looks at them and takes them in, without a browser."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        made = shop.api("POST", "/api/v1/sessions/start-link", {}, status=201)
        path = made["link"].partition(str(shop.port))[2]
        self.cookie = shop.request("GET", path)[1]["set-cookie"].partition(";")[0]
        body = self._ask("GET", "/console/imports")[2].decode()
        self.key = re.search(r'name="form_key" value="([^"]+)"', body)[1]

    def look(self, file: Path) -> int:
        """Upload a file and look at it; give the answer's status."""
        status, headers, _ = self._upload(file)
        if status != 303:
            return status
        return self._ask("GET", headers["location"])[0]

    def take_in(self, file: Path, source: str) -> str:
        """Take a file in as it is suggested; give the import's id, once it ended."""
        path = self._upload(file)[1]["location"]
        page = self._ask("GET", path)[2].decode()
        told = {"form_key": self.key, "do": "start", "source": source, **_chosen(page)}
        _, headers, _ = self._ask("POST", path, urlencode(told).encode(), _FORM)
        import_id = headers["location"].rpartition("/")[2]
        deadline = time.monotonic() + PATIENCE_S
        while self._is_followed(import_id):
            assert time.monotonic() < deadline, "The import never ended."
            time.sleep(LOOK_S)
        return import_id

    def rejects(self, import_id: str, to: Path) -> Path:
        """Download the lines to put right."""
        to.write_bytes(self._ask("GET", f"/console/imports/{import_id}/rejects")[2])
        return to

    def _is_followed(self, import_id: str) -> bool:
        """Look as the page does that follows an import until it has ended."""
        page = self._ask("GET", f"/console/imports/{import_id}/part")[2].decode()
        return 'id="following"' in page

    def _upload(self, file: Path):
        parts = (
            '--b\r\ncontent-disposition: form-data; name="form_key"\r\n\r\n'
            f"{self.key}\r\n--b\r\ncontent-disposition: form-data;"
            f' name="file"; filename="{file.name}"\r\n\r\n'
        )
        body = parts.encode() + file.read_bytes() + b"\r\n--b--\r\n"
        kind = "multipart/form-data; boundary=b"
        return self._ask("POST", "/console/imports/upload", body, kind)

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = ""):
        told = {"cookie": self.cookie, "sec-fetch-site": "same-origin"}
        return self.shop.request(method, path, body, {**told, "content-type": kind})


def _chosen(page: str) -> dict[str, str]:
    """Read what the page suggests that each column is."""
    told = {name: unescape(text) for name, text in _HEADER.findall(page)}
    for found in _COLUMN.finditer(page):
        chosen = _CHOSEN.search(found[0])
        told[found[1]] = chosen[1] if chosen else ""
    return told
