"""The template for Tag Manager: whole, and its container's consent is followed."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.browser.following import heard, quiet
from tests.acceptance.browser.site import Site, Visit
from tests.acceptance.shop import Shop

pytestmark = pytest.mark.feature("A18")
Element = Callable[..., str]

ROOT = Path(__file__).parent.parent.parent.parent
TEMPLATE = ROOT / "docs" / "habitue-tag-manager.tpl"

# What Tag Manager gives to a template's sandboxed code, as its documents say.
CONTAINER = """
window.container = {listeners: [], granted: {}};
const apis = {
  addConsentListener: (type, listener) => container.listeners.push([type, listener]),
  isConsentGranted: (type) => container.granted[type] !== false,
  callInWindow: (name, ...told) => window[name](...told),
  createArgumentsQueue: (name, queue) => {
    const list = queue.split('.')[1];
    window[name] = window[name] || function () {
      (window[name][list] = window[name][list] || []).push(arguments);
    };
    return window[name];
  },
  injectScript: (address, done, failed) => {
    const script = document.createElement('script');
    Object.assign(script, {src: address, async: true, onload: done, onerror: failed});
    document.head.append(script);
  },
};
container.change = (type, granted) => {
  container.granted[type] = granted;
  container.listeners.forEach(([one, listener]) => {
    if (one === type) listener(type, granted);
  });
};
container.run = (data) => {
  const require = (name) => apis[name];
  TEMPLATE
};
"""


def sections() -> dict[str, str]:
    parts = re.split(
        r"^___([A-Z_]+)___$", TEMPLATE.read_text("utf-8"), flags=re.MULTILINE
    )
    return {
        name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def run_template(
    visit: Visit, site: Site, data: dict[str, Any], before: str = ""
) -> None:
    code = sections()["SANDBOXED_JS_FOR_WEB_TEMPLATE"]
    site.files["/container.js"] = CONTAINER.replace("TEMPLATE", code)
    site.pages["/"] = "<script src='/container.js'></script>"
    visit.goto("/")
    visit.page.evaluate(
        f"data => new Promise((done, failed) => {{ {before};"
        " container.run({...data, gtmOnSuccess: done, gtmOnFailure: failed}); })",
        data,
    )


def test_the_tag_managers_template_is_whole() -> None:
    told = sections()

    assert {"INFO", "TEMPLATE_PARAMETERS", "WEB_PERMISSIONS"} < told.keys()
    assert json.loads(told["INFO"])["type"] == "TAG"
    used = set(re.findall(r"require\('(\w+)'\)", told["SANDBOXED_JS_FOR_WEB_TEMPLATE"]))
    assert {"injectScript", "addConsentListener", "isConsentGranted"} <= used
    names_of = {one["name"] for one in json.loads(told["TEMPLATE_PARAMETERS"])}
    assert names_of == set(
        re.findall(
            r"data\.([a-z]\w+)\b(?<!gtmOnSuccess)(?<!gtmOnFailure)",
            told["SANDBOXED_JS_FOR_WEB_TEMPLATE"],
        )
    )
    permitted = {
        one["instance"]["key"]["publicId"]
        for one in json.loads(told["WEB_PERMISSIONS"])
    }
    assert permitted == {"inject_script", "access_globals", "access_consent"}


def test_the_tag_managers_consent_is_followed_through_the_template(
    visit: Visit, site: Site, shop: Shop, source: str
) -> None:
    data = {
        "address": f"http://127.0.0.1:{shop.port}",
        "key": shop.keys[source],
        "consent": "required",
    }
    run_template(visit, site, data)
    # A consent that nothing has set counts as granted in a container; not here.
    assert quiet(visit)

    visit.page.evaluate("container.change('analytics_storage', true)")
    visit.find_device()
    (granted, *_) = heard(visit, "page")

    assert granted["properties"]["by"] == "tag manager"
    visit.page.evaluate("container.change('analytics_storage', false)")
    heard(visit, "Consent Withdrawn")
    assert quiet(visit)


def test_a_container_that_sets_defaults_brings_the_yes_of_an_earlier_page(
    visit: Visit, site: Site, shop: Shop, source: str
) -> None:
    data = {
        "address": f"http://127.0.0.1:{shop.port}",
        "key": shop.keys[source],
        "consent": "required",
        "defaults": True,
    }
    denied = (
        "['analytics_storage', 'ad_storage', 'personalization_storage']"
        ".forEach(one => container.granted[one] = false)"
    )
    run_template(visit, site, data, denied)
    assert quiet(visit)

    run_template(
        visit, site, data, f"{denied}; container.granted.analytics_storage = true"
    )
    visit.find_device()

    heard(visit, "page")
