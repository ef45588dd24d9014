"""Pages out of templates: autoescaped, in the reader's language, nothing invisible."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from habitue.console.assets import asset_path
from habitue.console.kind_names import identifier_named
from habitue.console.language import LANGUAGES, language
from habitue.console.look import Look
from habitue.console.screens import MENUS, SCREENS, screens_at
from habitue.console.text import visible


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
    auto_reload=False,
)
_templates.globals["asset"] = asset_path
_templates.globals["screens"] = SCREENS
_templates.globals["screens_at"] = screens_at
_templates.globals["menus"] = MENUS
# For what is to be edited or pasted: escaped, else as it is.
_templates.filters["whole"] = escape
# For a script to read.
_templates.filters["as_json"] = lambda told: escape(msgspec.json.encode(told).decode())
_templates.filters["lines"] = lambda text: escape("\n").join(
    escape(visible(line)) for line in str(text).split("\n")
)


def render(template: str, look: Look, **values: Any) -> str:
    """Render a template; say and some speak the reader's language."""
    told = {
        **values,
        "look": look,
        "say": look.say,
        "some": look.some,
        "number": look.number,
        "identified": partial(identifier_named, look=look),
    }
    return _templates.get_template(template).render(told)


def warm(rest: Callable[[], None]) -> None:
    """Read all templates and languages, so that few readers have to wait for theirs.

    For a thread: it takes a second or two of the interpreter, so it rests before each.
    """
    for code in LANGUAGES:
        rest()
        language(code)
    for name in _templates.list_templates(extensions=["html"]):
        rest()
        _templates.get_template(name)
