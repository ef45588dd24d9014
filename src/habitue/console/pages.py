"""The pages, as functions of plain data: autoescaped, and nothing invisible."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from habitue.console import card
from habitue.console.assets import asset_path
from habitue.console.card import Look
from habitue.console.port import View
from habitue.console.text import number, visible


def _shown(value: Any) -> Any:
    # Runs before the escaping; what a macro has escaped already stays as it is.
    return value if isinstance(value, Markup) else visible(value)


_templates = Environment(
    loader=PackageLoader("habitue.console"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_shown,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["asset"] = asset_path
_templates.filters["number"] = number


def render_live(events: list[View], overview: View, look: Look) -> str:
    """Render the live page: the stream, the sum of outcomes, the sources."""
    return _render(
        "live.html",
        look,
        events=[card.row(event, look) for event in events],
        overview=card.overview(overview, look),
    )


def render_search(text: str, found: list[View], look: Look) -> str:
    """Render what a search found."""
    return _render("search.html", look, found=found, text=text)


def render_person(
    view: View, events: list[View], next_cursor: str | None, look: Look
) -> str:
    """Render a person's card with a page of the timeline."""
    shown = card.card(view, events, look)
    return _render("person.html", look, card=shown, next_cursor=next_cursor)


def render_message(title: str, text: str, look: Look) -> str:
    """Render a page that only says something."""
    return _render("message.html", look, title=title, message=text)


def _render(template: str, look: Look, **values: Any) -> str:
    told = {"text": "", **values, "look": look}
    return _templates.get_template(template).render(told)
