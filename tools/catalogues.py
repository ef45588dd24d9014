"""What is said to people: gather the words, and bring the catalogues up to date.

`python -m tools.catalogues` adds what is new to languages/*.po with an empty
translation, and takes out what is said no more; it never guesses one.
"""

import sys
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import product
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from habitue.console.said import SAID, of_gallery, of_settings
from habitue.segment.texts import ENGLISH

ROOT = Path(__file__).parent.parent
CONSOLE = ROOT / "src" / "habitue" / "console"
DEMO = ROOT / "src" / "habitue" / "demo"
# Each has its words in a folder of languages.
HOMES = (CONSOLE, DEMO)
KEYWORDS = {"say": None, "later": None, "some": (1, 2)}
# How each language counts, as gettext writes it.
PLURALS = {
    "pl": (
        "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 &&"
        " (n%100<10 || n%100>=20) ? 1 : 2);"
    ),
    "ru": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 &&"
        " (n%100<10 || n%100>=20) ? 1 : 2);"
    ),
    "kk": "nplurals=2; plural=(n != 1);",
}

Said = str | tuple[str, ...]


@cache
def said(home: Path = CONSOLE) -> Catalog:
    """Gather all that templates and code say, each with the file it stands in.

    It is for reading, and gathered once: each language has the same.
    """
    catalogue = Catalog()
    for path in sorted(home.rglob("*")):
        if path.suffix in {".py", ".html"}:
            where = path.relative_to(home).as_posix()
            for text in _said_in(path):
                catalogue.add(text, locations=[(where, 0)])
    if home == CONSOLE:
        _add_the_cores(catalogue)
    return catalogue


def _add_the_cores(catalogue: Catalog) -> None:
    # The words that conditions are said in are the core's; the console translates them.
    for text in ENGLISH.values():
        catalogue.add(text, locations=[("segments/sentence.py", 0)])
    # What the core says by itself, what events are called, the gallery, the settings.
    for text in (*SAID, *of_gallery(), *of_settings()):
        catalogue.add(text, locations=[("said.py", 0)])


def _said_in(path: Path) -> Iterator[Said]:
    method = babel_extract if path.suffix == ".html" else "python"
    file = BytesIO(path.read_bytes())
    for _, text, _, _ in extract(method, file, keywords=KEYWORDS):
        yield text


def place(code: str, home: Path = CONSOLE) -> Path:
    """Name the file of a catalogue."""
    return home / "languages" / f"{code}.po"


def held(code: str, home: Path = CONSOLE) -> Catalog:
    """Read a catalogue."""
    return read_po(BytesIO(place(code, home).read_bytes()), locale=code)


def brought_up_to_date(code: str, home: Path = CONSOLE) -> bytes:
    """Give a catalogue with all that is said, and no more."""
    old, new = held(code, home), said(home)
    made = Catalog(locale=code, charset="utf-8", fuzzy=False)
    for message in new:
        if message.id:
            known = old.get(message.id)
            text = known.string if known is not None else ""
            files = sorted({place for place, _ in message.locations})
            made.add(message.id, text, locations=[(one, 0) for one in files])
    return _header(code) + b"\n".join(_lines(made)).rstrip() + b"\n"


def _header(code: str) -> bytes:
    return (
        f'msgid ""\nmsgstr ""\n"Language: {code}\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {PLURALS[code]}\\n"\n\n'
    ).encode()


def _lines(catalogue: Catalog) -> list[bytes]:
    made = BytesIO()
    write_po(
        made,
        catalogue,
        omit_header=True,
        include_lineno=False,
        sort_output=True,
        width=0,
    )
    return made.getvalue().split(b"\n")


def missing(code: str, home: Path = CONSOLE) -> list[str]:
    """Name what a catalogue has no translation for."""
    known = held(code, home)
    return [
        str(message.id)
        for message in said(home)
        if message.id and not _is_told(known.get(message.id))
    ]


def _is_told(message: Message | None) -> bool:
    if message is None:
        return False
    told = message.string
    return all(told) if isinstance(told, (list, tuple)) else bool(told)


def main() -> int:
    for home, code in product(HOMES, PLURALS):
        place(code, home).write_bytes(brought_up_to_date(code, home))
        lacking, whole = missing(code, home), len(said(home))
        print(f"{home.name} {code}: {len(lacking)} of {whole} have no translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
