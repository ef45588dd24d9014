"""The leaves of a condition as fields of a form, and back."""

from collections.abc import Callable, Mapping
from typing import Any

from habitue.console.segments.draft import Draft, part, parts, text, texts
from habitue.console.segments.form_alike import put_alikes, take_alikes
from habitue.console.segments.form_value import (
    Reader,
    put_number,
    put_span,
    put_value,
    put_window,
    take_amount,
    take_number,
    take_span,
    take_whole,
    take_window,
)
from habitue.console.segments.taking import NO_EVENT, Taking
from habitue.segment.condition import (
    Condition,
    Did,
    DidNot,
    Doing,
    HasComputed,
    HasConsent,
    HasIdentifier,
    HasTrait,
    InSegment,
    Sequence,
    Step,
    Sum,
    Where,
    names_of,
)

Take = Callable[[Draft, str, Taking], Draft]


# -- into a form -----------------------------------------------------------------


def put_leaf(leaf: Condition) -> Draft:
    """Write a leaf; of what a form has no field for, nothing stands in it."""
    match leaf:
        case Did():
            return {"type": "did", **_put_did(leaf)}
        case DidNot(within=within):
            return {"type": "did_not", **_put_doing(leaf), "within": put_window(within)}
        case Sequence():
            return {"type": "sequence", **_put_sequence(leaf)}
        case HasTrait() | HasComputed():
            sort = "trait" if isinstance(leaf, HasTrait) else "computed"
            value = put_value(leaf.op, leaf.value)
            return {"type": sort, "name": leaf.name, "op": leaf.op, **value}
        case HasConsent(purpose=purpose, channel=channel, state=state):
            told = {"purpose": purpose, "channel": channel, "state": state}
            return {"type": "consent", **told}
        case HasIdentifier(kind=kind, known=known):
            word = "yes" if known else "no"
            return {"type": "identifier", "kind": kind, "known": word}
        case InSegment(segment=segment):
            return {"type": "in_segment", "segment": segment}
        case _:
            return {}


def _put_doing(doing: Doing) -> Draft:
    found: Draft = {"event": list(names_of(doing))}
    if doing.where:
        found["where"] = [_put_where(one) for one in doing.where]
    return {**found, **put_alikes(doing)}


def _put_where(test: Where) -> Draft:
    return {
        "property": test.property,
        "op": test.op,
        "currency": test.currency or "",
        **put_value(test.op, test.value, test.currency),
    }


def _put_did(leaf: Did) -> Draft:
    found = {**_put_doing(leaf), "within": put_window(leaf.within), "measure": ""}
    if leaf.which != "any":
        found["measure"] = leaf.which
    if leaf.count is not None:
        told = {"op": leaf.count.op, "value": str(leaf.count.value)}
        found |= {"measure": "count", "count": told}
    if leaf.sum is not None:
        found |= {"measure": "sum", "sum": _put_sum(leaf.sum)}
    if leaf.distinct is not None:
        one = leaf.distinct
        told = {"of": one.of, "op": one.op, "value": str(one.value)}
        found |= {"measure": "distinct", "distinct": told}
    return found


def _put_sum(one: Sum) -> Draft:
    return {
        "of": one.of,
        "op": one.op,
        "value": put_number(one.value, one.currency),
        "currency": one.currency or "",
    }


def _put_sequence(leaf: Sequence) -> Draft:
    found: Draft = {
        "steps": [_put_step(one) for one in leaf.steps],
        "within": put_window(leaf.within),
    }
    if leaf.then_not is not None:
        lasting = leaf.then_not.lasting
        span = [] if lasting is None else put_span(lasting)
        found["then_not"] = {**_put_doing(leaf.then_not), "lasting": span}
    return found


def _put_step(step: Step) -> Draft:
    found = _put_doing(step)
    if step.after is not None:
        ends = (("least", step.after.least), ("most", step.after.most))
        found["after"] = {
            name: put_span(window) for name, window in ends if window is not None
        }
    if step.without:
        found["without"] = [_put_doing(one) for one in step.without]
    return found


# -- out of a form ---------------------------------------------------------------


def _event(draft: Draft, path: str, taking: Taking) -> Any:
    names = texts(draft, "event")
    if not names:
        taking.wrong(f"{path}-event", NO_EVENT)
        return ""
    return names[0] if len(names) == 1 else names


def _doing(draft: Draft, path: str, taking: Taking) -> Draft:
    found: Draft = {"event": _event(draft, path, taking)}
    where = [
        _where(one, f"{path}-where-{at}", taking)
        for at, one in enumerate(parts(draft, "where"))
    ]
    return {**found, "where": where} if where else found


def _where(draft: Draft, path: str, taking: Taking) -> Draft:
    found = {"property": text(draft, "property"), **_compared(draft, path, taking)}
    currency = text(draft, "currency").upper()
    return {**found, "currency": currency} if currency else found


def _compared(draft: Draft, path: str, taking: Taking) -> Draft:
    op = text(draft, "op") or "is"
    value = Reader(draft, path, taking).read(op)
    return {"op": op} if value is None else {"op": op, "value": value}


def _within(draft: Draft, path: str, taking: Taking) -> Draft:
    window = take_window(part(draft, "within"), f"{path}-within", taking)
    return {} if window is None else {"within": window}


def _did(draft: Draft, path: str, taking: Taking) -> Draft:
    found = {**_doing(draft, path, taking), **_within(draft, path, taking)}
    match text(draft, "measure"):
        case "first" | "last" as which:
            found["which"] = which
        case "count":
            found["count"] = _count(part(draft, "count"), f"{path}-count", taking)
        case "sum":
            found["sum"] = _sum(part(draft, "sum"), f"{path}-sum", taking)
        case "distinct":
            told = part(draft, "distinct")
            count = _count(told, f"{path}-distinct", taking)
            found["distinct"] = {"of": text(told, "of"), **count}
        case _:
            pass
    return found


def _count(draft: Draft, path: str, taking: Taking) -> Draft:
    value = take_whole(text(draft, "value"), f"{path}-value", taking)
    return {"op": text(draft, "op") or ">=", "value": value}


def _sum(draft: Draft, path: str, taking: Taking) -> Draft:
    told, currency = text(draft, "value"), text(draft, "currency").upper()
    found = {"of": text(draft, "of"), "op": text(draft, "op") or ">="}
    at = f"{path}-value"
    if currency:
        amount = take_amount(told, currency, at, taking)
        return {**found, "value": amount, "currency": currency}
    return {**found, "value": take_number(told, at, taking)}


def _did_not(draft: Draft, path: str, taking: Taking) -> Draft:
    return {**_doing(draft, path, taking), **_within(draft, path, taking)}


def _sequence(draft: Draft, path: str, taking: Taking) -> Draft:
    steps = [
        _step(one, f"{path}-steps-{at}", taking, first=at == 0)
        for at, one in enumerate(parts(draft, "steps"))
    ]
    found = {"steps": steps, **_within(draft, path, taking)}
    if "then_not" in draft:
        at = f"{path}-then_not"
        told = part(draft, "then_not")
        lasting = take_span(told, "lasting", at, taking)
        absence = _compared_doing(told, at, taking)
        found["then_not"] = absence | ({"lasting": lasting} if lasting else {})
    return found


def _step(draft: Draft, path: str, taking: Taking, *, first: bool) -> Draft:
    if first:
        # Where the one before was taken out, nothing stands between it and this one.
        return _doing(draft, path, taking)
    found = _compared_doing(draft, path, taking)
    ends = part(draft, "after")
    told = {
        name: span
        for name in ("least", "most")
        if (span := take_span(ends, name, f"{path}-after", taking))
    }
    if told:
        found["after"] = told
    without = [
        _compared_doing(one, f"{path}-without-{at}", taking)
        for at, one in enumerate(parts(draft, "without"))
    ]
    return {**found, "without": without} if without else found


def _compared_doing(draft: Draft, path: str, taking: Taking) -> Draft:
    """Read something done that may be compared with steps of its sequence."""
    return {**_doing(draft, path, taking), **take_alikes(draft, path, taking)}


def _trait(draft: Draft, path: str, taking: Taking) -> Draft:
    return {"name": text(draft, "name"), **_compared(draft, path, taking)}


def _consent(draft: Draft, _path: str, _taking: Taking) -> Draft:
    names = ("purpose", "channel", "state")
    return {name: text(draft, name) for name in names}


def _identifier(draft: Draft, _path: str, _taking: Taking) -> Draft:
    found: Draft = {"kind": text(draft, "kind")}
    return {**found, "known": False} if text(draft, "known") == "no" else found


def _in_segment(draft: Draft, _path: str, _taking: Taking) -> Draft:
    return {"segment": text(draft, "segment")}


TAKES: Mapping[str, Take] = {
    "did": _did,
    "did_not": _did_not,
    "sequence": _sequence,
    "trait": _trait,
    "computed": _trait,
    "consent": _consent,
    "identifier": _identifier,
    "in_segment": _in_segment,
}
