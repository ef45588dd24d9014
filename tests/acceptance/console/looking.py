"""Looks at a page in a browser: whether it is all there, and whether all is seen."""

from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from threading import Thread

from playwright.sync_api import Browser, Page

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A telephone and a screen, by day and by night.
WIDTHS = (320, 1280)
VIEWS = tuple(product(WIDTHS, ("light", "dark")))
LONGER_PERCENT = 40
PARTS_MS = 60_000
# What is in order need not be described: that takes longer than to look at it.
ASKED = {"runOnly": TAGS, "resultTypes": ["violations"]}
AXE = """asked => axe.run(document, asked).then(told =>
  told.violations.flatMap(v => v.nodes.map(
    n => v.id + ": " + n.target.join(" ") + " " + n.failureSummary)))"""
# Notes which addresses a page's own script has asked for and put in.
NOTE = """
window.answered = new Set();
const plainFetch = window.fetch;
window.fetch = (asked, ...more) => plainFetch(asked, ...more).finally(() => setTimeout(
  () => answered.add(new URL(asked.url || asked, location).pathname), 100));
"""
ALL_THERE = """() => document.readyState === "complete" && [
  ...document.querySelectorAll("[hx-trigger^=load]")].every(one => answered.has(
    one.getAttribute("hx-get") || one.getAttribute("hx-post")))"""
# Each text becomes longer by its own letters, so that its words stay as long as words
# are; what people wrote themselves, and code, stays as it is.
LENGTHEN = """percent => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) found.push(walk.currentNode);
  window.plain = found.map(text => [text, text.data]);
  for (const text of found) {
    const told = text.data.trim();
    if (!/\\p{L}/u.test(told)) continue;
    if (text.parentElement.closest("script, style, pre, code, svg")) continue;
    const more = Math.ceil(told.length * percent / 100);
    text.data = text.data.trimEnd() + (told + " " + told).slice(-more) + " ";
  }
}"""
SHORTEN = "() => { for (const [text, told] of plain) text.data = told; }"
IS_SO = "scheme => document.documentElement.dataset.bsTheme === scheme"
# A text is cut where its box hides what runs over, and lost where it runs out of the
# box that is drawn around it, unless that can be scrolled.
CUT = """() => {
  const apart = ".visually-hidden, .skip, svg, select";
  const drawn = ".btn, .tag, .panel, .tiles > div, .part, dialog, .menu-body, header";
  const style = e => getComputedStyle(e).overflowX;
  const scrolls = e => e && (/auto|scroll/.test(style(e)) || scrolls(e.parentElement));
  const told = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  const named = e => e.tagName.toLowerCase() + "." + e.className + " “"
    + e.textContent.trim().slice(0, 60) + "”";
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    if (!told(e) || !e.checkVisibility() || e.closest(apart)) continue;
    const wide = e.scrollWidth - e.clientWidth, high = e.scrollHeight - e.clientHeight;
    const hides = /hidden|clip/.test(style(e));
    if (hides && Math.max(wide, high) > 1) found.push("cut: " + named(e));
    const box = e.closest(drawn);
    if (!box || scrolls(e)) continue;
    const around = box.getBoundingClientRect(), range = document.createRange();
    for (const part of e.childNodes) {
      if (part.nodeType !== 3 || !part.data.trim()) continue;
      range.selectNodeContents(part);
      const text = range.getBoundingClientRect();
      if (text.right > around.right + 1 || text.left < around.left - 1)
        found.push("runs out: " + named(e));
    }
  }
  // On a telephone rows of words stand as blocks, whose cells say what they are.
  for (const e of document.querySelectorAll("main .stacked")) {
    const row = e.tBodies[0].rows[0];
    if (innerWidth > 640 || !row) continue;
    if (e.parentElement.scrollWidth > e.parentElement.clientWidth + 1)
      found.push("a row runs out: " + named(row));
    if ([...row.cells].slice(1).some(cell => !cell.dataset.name))
      found.push("a cell without a name: " + named(row));
  }
  return found;
}"""

# A day as 2026-03-01 or a month as 2026-03, but for code and samples of lines to type.
BARE_DAYS = r"""() => {
  const apart = "code, pre, textarea, script, style";
  const root = document.querySelector("main"), found = [];
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode;
    if (text.parentElement.closest(apart)) continue;
    const told = text.data.match(/(?<![\w;./-])\d{4}-\d\d(-\d\d)?(?![\w;-])/);
    if (told) found.push(told[0] + " in “" + text.data.trim().slice(0, 80) + "”");
  }
  return found;
}"""


# Where a script would fill a place, the page itself has what stands there, or a way to
# it; whatever is to be filled in can be sent, and no button is there that does nothing.
UNSCRIPTED = r"""() => {
  const found = [], ways = [];
  const named = e => e.outerHTML.slice(0, 100);
  const main = document.querySelector("main");
  const head = [...main.querySelectorAll("h1")].map(e => e.innerText.trim());
  if (head.length !== 1 || !head[0]) found.push("headings: " + head.join(" / "));
  const told = main.innerText.replace(head[0], "").trim();
  if (told.length < 20) found.push("says no more than “" + told + "”");
  for (const e of document.querySelectorAll("[hx-get], [hx-post]")) {
    if (e.matches("button, input, select") && e.closest("form[action]")) continue;
    const place = e.getAttribute("hx-include") || e.getAttribute("hx-target");
    const filled = document.querySelector(place) || e;
    const links = [...filled.querySelectorAll("a[href]")].filter(
      one => one.checkVisibility());
    const later = /^load/.test(e.getAttribute("hx-trigger"));
    if (later && links.length) ways.push(links[0].getAttribute("href"));
    if (later ? !links.length && !filled.querySelector("button[name], option")
        : !filled.innerText.trim()) found.push("nothing leads to " + named(e));
  }
  const seen = (form, kind) => [...form.elements].some(
    e => e.matches(kind) && e.checkVisibility());
  for (const form of document.forms)
    if (seen(form, "input:not([type=hidden]), select, textarea")
        && !seen(form, "button:not([type=button])"))
      found.push("nothing sends " + named(form));
  for (const e of document.querySelectorAll("button[type=button]"))
    if (e.checkVisibility()) found.push("does nothing: " + named(e));
  return [found, ways];
}"""


def choose(page: Page, code: str) -> None:
    """Choose a language of the console, and wait until it speaks it."""
    page.locator(".menu summary").click()
    with page.expect_navigation():
        page.locator(f"button[name=language][value={code}]").click()


def onlooker(browser: Browser, shop: Shop) -> Desk:
    """Open a browser in which axe may run: the policy itself is tested elsewhere."""
    desk = Desk(browser, shop, bypass_csp=True)
    note_parts(desk.page)
    return desk


def note_parts(page: Page) -> None:
    """Have a page's script note what it asks for, so that settle can wait for it."""
    page.add_init_script(NOTE)


def settle(page: Page) -> None:
    """Wait until the parts that load by themselves have come."""
    page.wait_for_function(ALL_THERE, timeout=PARTS_MS)


def open_all(page: Page) -> None:
    """Unfold all that can be unfolded."""
    page.evaluate(
        "document.querySelectorAll('main details').forEach(d => d.open = true)"
    )


def lengthen(page: Page) -> None:
    """Make all texts as much longer as another language may be."""
    page.evaluate(LENGTHEN, LONGER_PERCENT)


def shorten(page: Page) -> None:
    """Give the texts back that were made longer."""
    page.evaluate(SHORTEN)


def dress(page: Page, scheme: str) -> None:
    """Make a page light or dark, and see that it is so."""
    # What fades from one colour into another would be looked at on its way.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_function(IS_SO, arg=scheme)


def unfit(page: Page, width: int) -> list[str]:
    """Say what of a page of a width can't be seen without scrolling it sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    found: list[str] = page.evaluate(CUT)
    return [*found, *([f"{wide} px wide"] if wide > width else [])]


def bare_days(page: Page) -> list[str]:
    """Name days and months that stand on a page as machines write them."""
    found: list[str] = page.evaluate(BARE_DAYS)
    return [f"as a machine writes it: {one}" for one in found]


def violations(desk: Desk, clients: str) -> list[str]:
    """Give what axe finds on the page."""
    # Once a page: it is half a megabyte of script, which a browser compiles once where
    # it fetches it, and each time where it is handed over.
    if not desk.page.evaluate("'axe' in window"):
        desk.page.add_script_tag(url=_address_of_axe(clients))
    found: list[str] = desk.page.evaluate(AXE, ASKED)
    return found


def faults(desk: Desk, clients: str) -> list[str]:
    """Say what ails a page in every view, all of it unfolded, and with longer texts."""
    page = desk.page
    settle(page)
    open_all(page)
    found = []
    for width, scheme in VIEWS:
        dress(page, scheme)
        told = [*unfit(page, width), *violations(desk, clients)]
        found += [f"{width} {scheme} {one}" for one in told]
    lengthen(page)
    for width in WIDTHS:
        found += [f"{width} longer {one}" for one in unfit(page, width)]
    shorten(page)
    return found


def unscripted(page: Page) -> tuple[list[str], list[str]]:
    """Say what a page lacks that runs no script; and what leads to what comes later."""
    open_all(page)
    found, ways = page.evaluate(UNSCRIPTED)
    return found, ways


@cache
def _address_of_axe(clients: str) -> str:
    """Serve axe to browsers until the tests end."""
    serve = partial(_Lasting, directory=f"{clients}/node_modules/axe-core")
    server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/axe.min.js"


class _Lasting(SimpleHTTPRequestHandler):
    """Serves a folder whose files a browser may keep, and says nothing of it."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass
