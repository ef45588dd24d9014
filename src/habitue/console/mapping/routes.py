"""What a source's deliveries become: chosen from a sample, tried, and kept."""

import hashlib
from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.base.errors import ConflictError, InvalidError
from habitue.collect.vocabulary import CATALOGUE
from habitue.collect.webhooks.choices import Chosen, read_choices
from habitue.collect.webhooks.sample import LEAVES_MAX
from habitue.console import answers
from habitue.console.look import Look
from habitue.console.mapping.form import (
    Sample,
    chosen_of,
    fixed_rows,
    header_lines,
    rows,
    sample_of,
    toml,
    uses,
)
from habitue.console.mapping.shown import shown_try
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.refused import refused

PATH = "/console/sources/{name:str}/mapping"


def mapping_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over mappings."""
    return [_mapping(page), _choose(page), _set_up(page)]


def _mapping(page: Page) -> HTTPRouteHandler:
    @get(PATH, **inside(Permission.SOURCES_WRITE, sync=False))
    async def mapping(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        held = page.ports.mapping.show(name)
        if held is None:
            return await _ask_provider(page, request, name)
        samples = page.ports.mapping.samples(name)
        wanted = asked(request, "sample", 2)
        at = int(wanted) if wanted.isascii() and wanted.isdigit() else 0
        told = {"toml": held["mapping"]}
        if at < len(samples):
            told["sample"] = samples[at]["body"]
            told["headers"] = header_lines(samples[at]["headers"])
        chosen = read_choices(held["mapping"])
        if chosen is not None:
            told["scope"] = chosen.rules[0].topic if chosen.rules else ""
        kept = asked(request, "kept", 1) == "1"
        return _show(page, request, held, told, kept=kept)

    return mapping


def _choose(page: Page) -> HTTPRouteHandler:
    @post(PATH, status_code=200, **inside(Permission.SOURCES_WRITE, sync=False))
    async def choose(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        """Show the sample's places, try the mapping on it, or keep the mapping."""
        form, look = await page.form(request), page.look(request)
        # Browsers send line ends of their own.
        told = {part: text.replace("\r\n", "\n") for part, text in form.items()}
        held = page.ports.mapping.show(name)
        if held is None:
            return await _ask_provider(page, request, name)
        do, tried = told.get("do", "show"), None
        try:
            sample = sample_of(told, look)
            if do in {"try", "keep"}:
                told["toml"] = toml(told, _held_choices(told, look), look)
            elif do == "show" and told.get("scope", "") != told.get("scope-was", ""):
                told["toml"] = _turned(told, look)
            if do.startswith("keep"):
                return await _keep(page, look, held, told)
            if do.startswith("try"):
                view = {"body": sample.body, "headers": sample.headers}
                sample.leaves(look)
                tried = await page.ports.mapping.try_sample(name, told["toml"], view)
        except InvalidError as error:
            return _show(page, request, held, told, fault=refused(error, look))
        return _show(page, request, held, told, tried=tried)

    return choose


def _turned(told: dict[str, str], look: Look) -> str:
    """Give the mapping with the rule that was chosen so far, for another is shown."""
    held = told.get("toml", "")
    if not any(told.get(f"use-{at}") for at in range(LEAVES_MAX)):
        return held
    was = {**told, "scope": told.get("scope-was", "")}
    return toml(was, _held_choices(told, look), look)


def _held_choices(told: dict[str, str], look: Look) -> Chosen:
    chosen = read_choices(told.get("toml", ""))
    if chosen is None:
        raise InvalidError(
            look.say(
                "This mapping says more than can be chosen here; change it as TOML."
            )
        )
    return chosen


async def _keep(
    page: Page, look: Look, held: View, told: dict[str, str]
) -> Response[str]:
    name = held["source"]
    if told.get("seen") != digest(held["mapping"]):
        raise ConflictError(
            look.say("Somebody changed this mapping meanwhile; look at it anew.")
        )
    what = deed(Deed.MAPPING, source=name)
    await page.ports.audit.write(look.visitor, Permission.SOURCES_WRITE, what)
    wanted = {"mapping": told.get("toml", ""), **_currency(told, held["currency"])}
    await page.ports.mapping.put(name, wanted)
    return answers.goto(f"/console/sources/{name}/mapping?kept=1")


def _currency(told: dict[str, str], held: str = "") -> View:
    """Give the currency that a form tells, where it is another than is held."""
    wanted = told.get("currency", held).strip().upper()
    return {} if wanted == held else {"currency": wanted}


def digest(mapping: str) -> str:
    """Name a mapping as it stands, so that a form shows what it was made of."""
    return hashlib.sha256(mapping.encode()).hexdigest()[:16]


def _show(  # noqa: PLR0913 - what a page is made of, each by its name
    page: Page,
    request: AnyRequest,
    held: View,
    told: dict[str, str],
    *,
    tried: View | None = None,
    fault: str = "",
    kept: bool = False,
) -> Response[str]:
    look, ports = page.look(request), page.ports.mapping
    found, chosen, fault = _read(told, fault, look)
    scope = told.get("scope", "")
    return page.show(
        request,
        "mapping/mapping.html",
        status=422 if fault else 200,
        look=look,
        held=held,
        seen=told.get("seen") or digest(held["mapping"]),
        told=told,
        fault=fault,
        kept=kept,
        samples=[look.moment(one["at"]) for one in ports.samples(held["source"])],
        uses=[(word, look.say(text) if text else kind)
              for word, text, kind in uses(ports.kinds())],
        choosable=chosen is not None,
        rows=[] if chosen is None else rows(found, chosen, chosen.rule(scope)),
        fixed=[] if chosen is None else fixed_rows(chosen.rule(scope)),
        rule=None if chosen is None else chosen.rule(scope),
        scope=scope,
        scopes=_scopes(chosen, scope, tried),
        names=[one.name for one in CATALOGUE],
        tried=None if tried is None else shown_try(tried, look),
    )  # fmt: skip


def _read(
    told: dict[str, str], fault: str, look: Look
) -> tuple[list[Any], Chosen | None, str]:
    """Give the sample's places, and the choices as the form tells them, else kept.

    What was chosen stays though the mapping can't be written yet.
    """
    try:
        found = sample_of(told, look).leaves(look)
    except InvalidError as error:
        found, fault = Sample().leaves(look), fault or refused(error, look)
    chosen = read_choices(told.get("toml", ""))
    # Another rule is shown, or one that was written by hand.
    is_other = told.get("scope", "") != told.get("scope-was", "") or told.get(
        "do", ""
    ).endswith("-text")
    if chosen is not None and "path-0" in told and not is_other:
        try:
            chosen = chosen_of(told, chosen, look)
        except InvalidError as error:
            fault = fault or refused(error, look)
    return found, chosen, fault


def _scopes(chosen: Chosen | None, scope: str, tried: View | None) -> list[str]:
    """List the topics that a rule can be for, beside all."""
    named = [] if chosen is None else [one.topic for one in chosen.rules]
    named += [scope, "" if tried is None else tried["topic"]]
    return [one for one in dict.fromkeys(named) if one]


# -- a source that takes no deliveries yet -------------------------------------------


async def _ask_provider(
    page: Page, request: AnyRequest, name: str, fault: str = ""
) -> Response[str]:
    return page.show(
        request,
        "mapping/set-up.html",
        status=422 if fault else 200,
        name=name,
        providers=await page.ports.mapping.providers(),
        fault=fault,
        made=None,
    )


def _set_up(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/sources/{name:str}/webhook",
        status_code=200,
        **inside(Permission.SOURCES_WRITE, sync=False),
    )
    async def set_up(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        """Let a source take deliveries; the secret is shown this once."""
        told, look = await page.form(request), page.look(request)
        wanted: View = {"provider": told.get("provider", "")[:64], **_currency(told)}
        secret = told.get("secret", "").strip()
        if secret:
            wanted["secrets"] = [secret]
        what = deed(Deed.DELIVERIES, source=name, provider=wanted["provider"])
        await page.ports.audit.write(look.visitor, Permission.SOURCES_WRITE, what)
        try:
            made = await page.ports.mapping.put(name, wanted)
        except InvalidError as error:
            return await _ask_provider(page, request, name, refused(error, look))
        address = made["url"] or look.address + made["path"]
        return page.show(
            request,
            "mapping/set-up.html",
            look=look,
            name=name,
            providers=[],
            fault="",
            made={"address": address, "secret": made["secret"]},
        )

    return set_up
