"""Mappings as files: written by hand, and told with an import."""

from pathlib import Path

import msgspec

from habitue.collect.files.nouns import FileError, Mapping


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file, TOML or JSON by its ending."""
    decode = msgspec.json.decode if path.suffix == ".json" else msgspec.toml.decode
    try:
        return decode(path.read_bytes(), type=Mapping)
    except OSError as error:
        raise FileError(f"The mapping file '{path}' can't be read.") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise FileError(f"The mapping file '{path.name}' isn't one: {error}") from error
