"""Write what the product is made of as CycloneDX 1.6: python -m tools.sbom FILE.

From the lock with its hashes, and from the files of others that are in the package; so
the same commit gives the same bytes. Licences are those that installed parts tell.
"""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from tools.licences import licence
from tools.locks import ROOT, Locked, read

LOCK = ROOT / "requirements.lock"
# What builds the package is locked with it and is not part of it.
Component = dict[str, Any]


def bom() -> dict[str, Any]:
    """Describe the product and every component of it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    name, version = project["name"], project["version"]
    ours = _component(name, version, project["license"])
    parts = [*map(_locked, read(LOCK)), *_vendored()]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**ours, "type": "application"}},
        "components": parts,
        "dependencies": [
            {"ref": ours["bom-ref"], "dependsOn": [one["bom-ref"] for one in parts]}
        ],
    }


def _component(name: str, version: str, told: str | None) -> Component:
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    made: Component = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    }
    return {**made, "licenses": [{"license": {"name": told}}]} if told else made


def _locked(one: Locked) -> Component:
    hashes = [{"alg": "SHA-256", "content": told} for told in one.hashes]
    made = {**_component(one.name, one.version, licence(one.name)), "hashes": hashes}
    if one.when:
        made["properties"] = [{"name": "habitue:when", "value": one.when}]
    return made


def _vendored() -> list[Component]:
    """Describe the files of others in the package, by their checksums."""
    found = []
    for sums in sorted((ROOT / "src").rglob("SHA256SUMS")):
        for line in sums.read_text("utf-8").splitlines():
            told, _, name = line.partition("  ")
            path = (sums.parent / name).relative_to(ROOT).as_posix()
            found.append(
                {
                    "type": "file",
                    "bom-ref": path,
                    "name": path,
                    "hashes": [{"alg": "SHA-256", "content": told}],
                }
            )
    return found


def main() -> int:
    path = Path(sys.argv[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    made = bom()
    path.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"{path}: {len(made['components'])} components")
    return 0


if __name__ == "__main__":
    sys.exit(main())
