"""All providers there are: those in the package, and those of the data folder."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from habitue.base.errors import HabitueError, InvalidError
from habitue.collect.webhooks.provider import TEXT_CHARS_MAX, Provider, read_provider

# A file of the data folder goes before one of the package with its name.
FOLDER = "webhooks"
OWN_MAX = 200
# Whose deliveries a webhook takes that names no provider, and whose signatures hold for
# a file that tells none.
STANDARD = "standard-webhooks"
_PACKAGED = files("habitue.collect.webhooks").joinpath("providers")


class Library:
    """Providers by name; a file that can't be read is named, and the others stand."""

    def __init__(self, folder: Path | None = None) -> None:
        """folder: where a shop keeps files of its own; it need not be there."""
        self._folder = folder
        self._own_files: Mapping[str, Provider] = {}
        # Name -> what is wrong with a file of the shop's own.
        self.faults: Mapping[str, str] = {}
        self.reload()

    def reload(self) -> None:
        """Read the shop's own files anew: some milliseconds each."""
        found: dict[str, Provider] = {}
        faults: dict[str, str] = {}
        for path in self._own():
            try:
                found[path.stem] = read_provider(_read(path), path.stem, _standard())
            except (HabitueError, OSError, UnicodeDecodeError) as error:
                faults[path.stem] = str(error)
        self._own_files, self.faults = found, faults

    def _own(self) -> list[Path]:
        if self._folder is None:
            return []
        return sorted(self._folder.glob("*.toml"))[:OWN_MAX]

    def all(self) -> list[Provider]:
        """List all providers by name."""
        return [self.get(name) for name in self.names()]

    def names(self) -> list[str]:
        """List the names of all providers that can be read."""
        return sorted((_packaged_names() - self.faults.keys()) | self._own_files.keys())

    def get(self, name: str) -> Provider:
        """Give a provider; raises InvalidError with the way out."""
        if name in self.faults:
            raise InvalidError(self.faults[name])
        if name in self._own_files:
            return self._own_files[name]
        if name in _packaged_names():
            return _packaged(name)
        raise InvalidError(
            f"No webhook provider is called '{name[:80]}'; there are"
            f" {', '.join(self.names())}. Another one is a file in"
            f" {FOLDER}/ of the data folder."
        )

    def read(self, name: str, mapping: str = "") -> Provider:
        """Give a provider, with a source's own mapping laid over it if there is one."""
        base = self.get(name)
        return read_provider(mapping, name, base) if mapping.strip() else base


@cache
def _packaged_names() -> frozenset[str]:
    names = (one.name for one in _PACKAGED.iterdir())
    return frozenset(
        name.removesuffix(".toml") for name in names if name.endswith(".toml")
    )


# Read when it is first asked for: most shops need one or two of them.
@cache
def _packaged(name: str) -> Provider:
    return read_provider(_PACKAGED.joinpath(f"{name}.toml").read_text("utf-8"), name)


def _standard() -> Provider:
    """Give Standard Webhooks as the package has it: what a file leaves out is there."""
    return _packaged(STANDARD)


def _read(path: Path) -> str:
    if path.stat().st_size > 4 * TEXT_CHARS_MAX:
        raise InvalidError(f"The webhook file '{path.name}' is too large.")
    return path.read_text("utf-8")
