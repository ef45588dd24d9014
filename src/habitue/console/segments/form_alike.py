"""What steps of a sequence are compared by, as fields of a form, and back."""

from habitue.console.segments.draft import Draft, parts, text
from habitue.console.segments.form_value import take_whole
from habitue.console.segments.taking import Taking
from habitue.segment.condition import Alike, Doing
from habitue.segment.walk import alikes


def put_alikes(doing: Doing) -> Draft:
    """Write what something is compared with steps by; nothing where it is not."""
    told = [_put(one) for one in alikes(doing)]
    return {"alike": told} if told else {}


def _put(one: Alike) -> Draft:
    return {
        "property": one.property,
        "op": one.op,
        "step": "" if one.step is None else str(one.step),
        "of": one.of or "",
    }


def take_alikes(draft: Draft, path: str, taking: Taking) -> Draft:
    """Read what something is compared with steps by."""
    told = [
        _take(one, f"{path}-alike-{at}", taking)
        for at, one in enumerate(parts(draft, "alike"))
    ]
    return {"alike": told} if told else {}


def _take(draft: Draft, path: str, taking: Taking) -> Draft:
    op = text(draft, "op") or "same"
    found: Draft = {"property": text(draft, "property"), "op": op}
    step, of = text(draft, "step"), text(draft, "of")
    if step:
        found["step"] = take_whole(step, f"{path}-step", taking)
    return {**found, "of": of} if of else found


def renumbered(draft: Draft, gone: int) -> None:
    """Have comparisons name their steps anew, where one was taken out (from 1 on).

    What was compared with that one is compared with the step before.
    """
    steps = parts(draft, "steps")
    deeds = [deed for step in steps for deed in (step, *parts(step, "without"))]
    if isinstance(draft.get("then_not"), dict):
        deeds.append(draft["then_not"])
    for one in (one for deed in deeds for one in parts(deed, "alike")):
        step = text(one, "step")
        if step.isascii() and step.isdigit():
            number = int(step) - (int(step) > gone)
            one["step"] = "" if int(step) == gone else str(number)
