"""Renders the chart's templates, which keep to a small part of Helm's language.

What they may say: `{{ .Values.x }}`, `{{ .Release.Name }}`, `{{ .Chart.AppVersion }}`,
each with `| quote` behind it or not. So what Helm makes of them is what this makes.
"""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.images import DEPLOY

CHART = DEPLOY / "helm" / "habitue"
_PLACE = re.compile(r"\{\{ \.(\w+)\.(\w+)( \| quote)? \}\}")


def values() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    return told


def chart() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    return told


def render(path: Path, **changed: Any) -> dict[str, Any]:
    """Give the object that a template makes under the values, some of them changed."""
    told = {
        "Values": {**values(), **changed},
        "Release": {"Name": "shop"},
        "Chart": {"AppVersion": chart()["appVersion"]},
    }

    def put(match: re.Match[str]) -> str:
        value = str(told[match[1]][match[2]])
        return json.dumps(value) if match[3] else value

    text = _PLACE.sub(put, path.read_text("utf-8"))
    assert "{{" not in text, "a template says more than this can render"
    made: dict[str, Any] = yaml.safe_load(text)
    return made


def templates() -> list[Path]:
    return sorted((CHART / "templates").iterdir())
