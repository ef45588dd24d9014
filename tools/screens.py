"""Take pictures of the console for docs/screens, over a demo that has been played.

`habitue demo --once --data FOLDER`, then `python -m tools.screens FOLDER`, with the
names of pictures behind it where only some are to be taken.
"""

import contextlib
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

import msgspec
from playwright.sync_api import Browser, sync_playwright

from habitue.app.calling.gateway import AnswerError, Client, RemoteGateway
from habitue.app.serving.owner import find_owner
from habitue.base.errors import ConflictError

ROOT = Path(__file__).parent.parent
SCREENS = ROOT / "docs" / "screens"
START_S, COPY_S = 60, 180
# Figures that come by themselves are there, or there are none.
THERE = "() => !document.querySelector('main [aria-busy=true]')"
PARTS_MS = 60_000
NOT_YET = 503
BEGUN = frozenset({"active", "new", "vip", "cart-left", "both-channels"})
HOME = {"city": "Leeds", "postal_code": "LS1 4DY", "birthday": "1984-03-12"}
# Somebody who is likely one person.
TWICE = {
    "old-7": {"name": "Margaret O'Neil", "street": "4 Mill Lane", **HOME},
    "old-8": {"name": "Margret Oneil", "street": "4 Mill Ln.", **HOME},
}
# What is shown, in which language, light or dark, how wide.
SHOTS = (
    ("today", "/console", "en", "light", 1200),
    ("live", "/console/live", "en", "light", 1200),
    ("person", "/console/people/{person}", "en", "light", 1200),
    ("person-ru-dark", "/console/people/{person}", "ru", "dark", 1200),
    ("person-pl-narrow", "/console/people/{person}", "pl", "light", 390),
    ("segments", "/console/segments", "en", "light", 1200),
    ("segment", "/console/segments/active", "en", "light", 1200),
    (
        "builder",
        "/console/segments/builder/draft?template=cart-left",
        "en",
        "light",
        1200,
    ),
    ("duplicates", "/console/duplicates", "en", "light", 1200),
    ("imports", "/console/imports", "ru", "light", 1200),
    ("fixing", "/console/fixing", "en", "dark", 1200),
    ("audit", "/console/audit", "en", "light", 1200),
    ("health", "/console/health", "kk", "light", 1200),
    ("journeys", "/console/journeys", "pl", "light", 1200),
    ("sources-new", "/console/sources/new", "en", "light", 1200),
)


def serve(folder: str) -> tuple["subprocess.Popen[bytes]", Client, str]:
    """Start a server on a folder; give it, a client of it, and its address."""
    words = (sys.executable, "-m", "habitue", "serve", "--data", folder, "--port", "0")
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        time.sleep(0.5)
        owner = None
        # Until it listens, the folder is only in use.
        with contextlib.suppress(ConflictError):
            owner = find_owner(Path(folder)) if process.poll() is None else None
        if owner is not None:
            address = f"http://{owner.host}:{owner.port}"
            return process, Client(RemoteGateway(owner), owner.token), address
    raise SystemExit(f"No server could be started on {folder}.")


def begin_segments(client: Client) -> None:
    """Begin some segments of the gallery: a demo has none."""
    found = client.get("/api/v1/segments/templates")["templates"]
    for one in found:
        if one["id"] in BEGUN:
            parts = ("name", "description", "tags", "condition")
            body = {part: one[part] for part in parts}
            client.put(f"/api/v1/segments/{one['id']}", body)


def send_old(client: Client, address: str) -> None:
    """Send as an old shop system does: what can't be taken, and a customer twice."""
    told = {"name": "old-till", "kind": "server"}
    key = client.post("/api/v1/sources", told)["key"]
    item = {"type": "trak", "event": "Order Completed", "userId": "13862"}
    batch = [
        {**item, "messageId": "old-1"},
        {**item, "type": "track", "event": "", "messageId": "old-2"},
        *(
            {"type": "identify", "messageId": number, "userId": number, "traits": one}
            for number, one in TWICE.items()
        ),
    ]
    asked = Request(
        f"{address}/api/v1/events?wait=applied",
        msgspec.json.encode({"batch": batch}),
        {"authorization": f"Bearer {key}", "content-type": "application/json"},
    )
    urlopen(asked, timeout=START_S).close()


def prepare(client: Client, address: str) -> None:
    """Do what a demo leaves to its people; a second time there is less to do."""
    begin_segments(client)
    with contextlib.suppress(ConflictError):
        send_old(client, address)
    client.post("/api/v1/duplicates/find", {})
    await_copy(client)


def await_copy(client: Client) -> None:
    """Wait until the copy for analysis answers, which some pictures show."""
    deadline = time.monotonic() + COPY_S
    while time.monotonic() < deadline:
        try:
            client.get("/api/v1/insights/today")
        except AnswerError as error:
            if error.status != NOT_YET:
                raise
            time.sleep(1)
        else:
            return
    raise SystemExit("The copy for analysis does not answer.")


def shoot(browser: Browser, client: Client, address: str, wanted: list[str]) -> None:
    """Take each picture in a browser of its own."""
    found = client.get("/api/v1/people", identifier="customer_id:13862")["people"]
    person = found[0]["person_id"]
    # Once: what is done to take pictures would fill the audit.
    entry = browser.new_page()
    entry.goto(client.post("/api/v1/sessions/start-link", {})["link"])
    signed_in = entry.context.storage_state()
    for name, path, code, scheme, width in SHOTS:
        if wanted and name not in wanted:
            continue
        context = browser.new_context(
            viewport={"width": width, "height": 820},
            locale=code,
            color_scheme=scheme,
            storage_state=signed_in,
        )
        page = context.new_page()
        page.goto(address + path.format(person=person))
        # Parts that load by themselves: counts, memberships, charts.
        page.wait_for_timeout(4_000)
        page.wait_for_function(THERE, timeout=PARTS_MS)
        file = SCREENS / f"{name}.jpg"
        page.screenshot(path=file, type="jpeg", quality=62)
        context.close()


def main() -> int:
    SCREENS.mkdir(exist_ok=True)
    process, client, address = serve(sys.argv[1])
    try:
        found = subprocess.run(
            [ROOT / "tools" / "chromium.sh"], capture_output=True, text=True, check=True
        )
        prepare(client, address)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=found.stdout.strip(),
                args=["--no-sandbox", "--disable-dev-shm-usage"],
            )
            shoot(browser, client, address, sys.argv[2:])
            browser.close()
    finally:
        process.terminate()
        process.wait(30)
    return 0


if __name__ == "__main__":
    sys.exit(main())
