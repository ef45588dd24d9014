"""Settings, read once: defaults < habitue.toml < HABITUE_SECTION__KEY < flags."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

from msgspec import Struct
from msgspec.structs import fields

from habitue.base.errors import InvalidError
from habitue.base.sections import People, Settings
from habitue.base.setting import MARKED, BadValueError, Setting, nearest, parse

__all__ = [
    "Declared",
    "Loaded",
    "People",
    "Settings",
    "declared",
    "load",
    "load_with_origins",
    "shown",
]

PREFIX = "HABITUE_"
# Short names that stand for a setting, as the command line's help tells them.
ALIASES = {"HABITUE_DATA": "data.folder"}


class Declared(Struct, frozen=True):
    """A setting with all that is known of it before anything is read."""

    name: str
    type: Any
    default: Any
    setting: Setting

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper().replace(".", "__")


class Loaded(Struct, frozen=True):
    """The settings as read, and where each value came from."""

    settings: Settings
    origins: dict[str, str]


def declared() -> dict[str, Declared]:
    """Give every setting by its name, in order."""
    found = {}
    for section in fields(Settings):
        hints = get_type_hints(section.type, include_extras=True)
        for field in fields(section.type):
            name = f"{section.name}.{field.name}"
            kind, setting = (
                hints[field.name].__origin__,
                hints[field.name].__metadata__[0],
            )
            found[name] = Declared(name, kind, field.default, setting)
    return found


def load(
    flags: Mapping[str, object] | None = None,
    *,
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings; as load_with_origins, without the origins."""
    return load_with_origins(flags, file=file, environ=environ).settings


def load_with_origins(
    flags: Mapping[str, object] | None = None,
    *,
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Loaded:
    """Read the settings; raise InvalidError with a sentence where one is wrong.

    flags are {"server.port": 8460}; file is a TOML file that must exist (None:
    ./habitue.toml, if there is one); environ the environment (None: this process's).
    """
    known = declared()
    values: dict[str, tuple[Any, str]] = {
        name: (entry.default, "default") for name, entry in known.items()
    }
    values |= _from_file(known, file)
    values |= _from_environment(known, os.environ if environ is None else environ)
    for name, told in (flags or {}).items():
        values[name] = (_value(known, name, told, name), "flag")
    sections = {
        section.name: section.type(
            **{
                f.name: values[f"{section.name}.{f.name}"][0]
                for f in fields(section.type)
            }
        )
        for section in fields(Settings)
    }
    return Loaded(
        Settings(**sections), {name: origin for name, (_, origin) in values.items()}
    )


def shown(loaded: Loaded) -> list[tuple[str, str, str]]:
    """Give (name, value, origin) of every setting, secrets masked."""
    rows = []
    for name, entry in declared().items():
        section, key = name.split(".")
        value = getattr(getattr(loaded.settings, section), key)
        text = ",".join(value) if isinstance(value, tuple) else str(value)
        # As habitue.toml has it.
        text = text.lower() if isinstance(value, bool) else text
        hidden = entry.setting.secret and text
        rows.append((name, MARKED if hidden else text, loaded.origins[name]))
    return rows


def _value(known: Mapping[str, Declared], name: str, told: object, called: str) -> Any:
    entry = known.get(name)
    if entry is None:
        raise InvalidError(f"There is no setting '{called}'{nearest(name, known)}")
    try:
        return parse(told, entry.type, entry.setting)
    except BadValueError as wrong:
        said = MARKED if entry.setting.secret else told
        message = f"Setting '{called}' is '{said}'; it must be {wrong}."
        raise InvalidError(message) from None


def _from_file(
    known: Mapping[str, Declared], file: Path | None
) -> dict[str, tuple[Any, str]]:
    path = file or Path("habitue.toml")
    if file is None and not path.exists():
        return {}
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise InvalidError(
            f"The settings in '{path}' can't be read: {wrong}."
        ) from wrong
    values = {}
    for section, entries in document.items():
        if not isinstance(entries, dict):
            message = f"Setting '{section}' in '{path}' stands outside a [section]."
            raise InvalidError(message)
        for key, told in entries.items():
            name = f"{section}.{key}"
            values[name] = (_value(known, name, told, name), str(path))
    return values


def _from_environment(
    known: Mapping[str, Declared], environ: Mapping[str, str]
) -> dict[str, tuple[Any, str]]:
    values = {}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX):
            continue
        name, told = _told(known, variable, environ[variable])
        if name is not None:
            values[name] = (_value(known, name, told, variable), variable)
    return values


def _told(
    known: Mapping[str, Declared], variable: str, text: str
) -> tuple[str | None, str]:
    """Say which setting a variable speaks of, and what it says; None if of none."""
    if variable in ALIASES:
        return ALIASES[variable], text
    name = variable.removeprefix(PREFIX).lower().replace("__", ".")
    bare = name.removesuffix("_file")
    if name not in known and bare in known and known[bare].setting.secret:
        return bare, _secret_in(variable, Path(text))
    if "." not in name:
        # Tests and other tools have variables of their own; but HABITUE_PORT is a slip.
        meant = [full for full in known if full.split(".")[1] == name]
        if not meant:
            return None, text
        hint = f"did you mean '{known[meant[0]].variable}'?"
        raise InvalidError(f"There is no setting '{variable}'; {hint}")
    return name, text


def _secret_in(variable: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        message = f"Setting '{variable}' names a file that can't be read: {wrong}."
        raise InvalidError(message) from wrong
