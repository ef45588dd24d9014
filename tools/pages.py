"""Write the pages that are made from the code: docs/settings.md, docs/glossary.md."""

import importlib
import inspect
import pkgutil
import sys
from enum import Enum
from pathlib import Path

from msgspec import Struct

import habitue.base.sections
import habitue.model
from habitue.base.setting import must_be
from habitue.base.settings import Declared, declared

ROOT = Path(__file__).parent.parent
MADE = "Made from the code by `make docs`; never edited."


def settings_page() -> str:
    """Describe every setting: its name, its variable, default, meaning and limits."""
    lines = [
        "# Settings",
        "",
        "A default is overridden by `habitue.toml` in the folder where Habitué starts,",
        "that by an environment variable, that by a flag. `HABITUE_DATA` is short for",
        "`HABITUE_DATA__FOLDER`. A secret may stand in a file, which",
        "`HABITUE_DATABASE__URL_FILE` then names. A wrong value or an unknown name",
        "stops the start with a sentence.",
        "`habitue config show --origin` prints what holds and where it comes from.",
        "",
        "```toml",
        "[server]",
        "port = 8460",
        "```",
        "",
        MADE,
    ]
    section = ""
    for entry in declared().values():
        if entry.name.split(".")[0] != section:
            section = entry.name.split(".")[0]
            lines += ["", f"## {section}", "", _sentence(section), ""]
            lines += ["| setting | variable | default | what it is | it must be |"]
            lines += ["|---|---|---|---|---|"]
        lines.append(_line(entry))
    return "\n".join(lines) + "\n"


def glossary_page() -> str:
    """Describe every noun of the model with the first sentence of its docstring."""
    lines = [
        "# Glossary",
        "",
        "The nouns of the product, as `habitue.model` holds them.",
    ]
    lines += [MADE, "", "| noun | what it is | file |", "|---|---|---|"]
    for noun in sorted(nouns(), key=lambda noun: noun.__name__):
        sentence = " ".join((inspect.getdoc(noun) or "").split("\n\n")[0].split())
        file = noun.__module__.rpartition(".")[2]
        lines.append(f"| {noun.__name__} | {sentence} | `model/{file}.py` |")
    return "\n".join(lines) + "\n"


def nouns() -> list[type]:
    """Give every class of the model that has a name to the outside."""
    found = []
    for module in pkgutil.iter_modules(habitue.model.__path__, "habitue.model."):
        for name, noun in vars(importlib.import_module(module.name)).items():
            ours = inspect.isclass(noun) and noun.__module__ == module.name
            kinds = (Struct, Enum, tuple)
            if ours and issubclass(noun, kinds) and not name.startswith("_"):
                found.append(noun)
    return found


PAGES = {"settings.md": settings_page, "glossary.md": glossary_page}


def _sentence(section: str) -> str:
    made = getattr(habitue.base.sections, section.capitalize())
    return inspect.getdoc(made) or ""


def _line(entry: Declared) -> str:
    default = entry.default
    text = ", ".join(default) if isinstance(default, tuple) else str(default)
    text = text.lower() if isinstance(default, bool) else text
    cells = (
        f"`{entry.name}`",
        f"`{entry.variable}`",
        f"`{text}`" if text else "empty",
        entry.setting.text,
        must_be(entry.type, entry.setting),
    )
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    for name, make in PAGES.items():
        (ROOT / "docs" / name).write_text(make(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
