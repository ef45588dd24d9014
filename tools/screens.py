"""Take pictures of the console for docs/screens, over a demo that has been played.

`habitue demo --once --data FOLDER`, then `python -m tools.screens FOLDER`.
"""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from habitue.app.calling.gateway import Client, RemoteGateway
from habitue.app.serving.owner import find_owner
from habitue.base.errors import ConflictError

ROOT = Path(__file__).parent.parent
SCREENS = ROOT / "docs" / "screens"
START_S = 60
# What is shown, in which language, light or dark, how wide.
SHOTS = (
    ("today", "/console", "en", "light", 1200),
    ("live", "/console/live", "en", "light", 1200),
    ("person", "/console/people/{person}", "en", "light", 1200),
    ("person-ru-dark", "/console/people/{person}", "ru", "dark", 1200),
    ("person-pl-narrow", "/console/people/{person}", "pl", "light", 390),
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


def shoot(browser: Browser, client: Client, address: str) -> None:
    """Take each picture in a browser of its own."""
    found = client.get("/api/v1/people", identifier="customer_id:13862")["people"]
    person = found[0]["person_id"]
    for name, path, code, scheme, width in SHOTS:
        context = browser.new_context(
            viewport={"width": width, "height": 820}, locale=code, color_scheme=scheme
        )
        page = context.new_page()
        page.goto(client.post("/api/v1/sessions/start-link", {})["link"])
        page.goto(address + path.format(person=person))
        page.wait_for_timeout(500)
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
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=found.stdout.strip(),
                args=["--no-sandbox", "--disable-dev-shm-usage"],
            )
            shoot(browser, client, address)
            browser.close()
    finally:
        process.terminate()
        process.wait(30)
    return 0


if __name__ == "__main__":
    sys.exit(main())
