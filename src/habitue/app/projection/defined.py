"""The policy of kinds that the log's definitions make, and what state goes by."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from habitue.base.errors import HabitueError
from habitue.collect.marking import Marking, marking_of
from habitue.collect.planned import Plan
from habitue.identity.defining import (
    BUILT_IN,
    KIND,
    POLICY,
    SHOP,
    kind_of_state,
    policy_of,
    stamp,
)
from habitue.log.port import (
    DEFINITION_SOURCE,
    Definition,
    DefinitionText,
    Truth,
    definition_id,
)
from habitue.measure.channels import default_rules
from habitue.model.channel import (
    ChannelCost,
    ChannelCosts,
    ChannelRate,
    ChannelRates,
    ChannelRules,
)
from habitue.model.kind import IdentityPolicy, Kind, KindPolicy, Role
from habitue.model.plan import TrackingPlan
from habitue.model.staff import StaffList

T = TypeVar("T")

# What the definition of the list of staff is called; there is one, the shop's.
STAFF = "staff"
# Of rules for channels there is one definition, the shop's; of costs one a month.
CHANNEL_RULES, CHANNEL_COSTS = "channel_rules", "channel_costs"
CHANNEL_RATES = "channel_rates"
# Of a tracking plan one a source, whose name it bears.
TRACKING_PLAN = "tracking_plan"


class PolicyUnreadableError(HabitueError):
    """The log defines something in a way that this version does not know."""


def kinds_defined(truth: Truth) -> list[Kind]:
    """Give the kinds that the shop defined, built-in ones it changed included."""
    return [decoded(one, Kind) for one in truth.definitions(KIND)]


def policy_defined(truth: Truth) -> IdentityPolicy:
    """Give what the shop set for all kinds."""
    for one in truth.definitions(POLICY):
        if one.name == SHOP:
            return decoded(one, IdentityPolicy)
    return IdentityPolicy()


def staff_defined(truth: Truth) -> StaffList:
    """Give what is the shop's own: its people, tills and networks."""
    for one in truth.definitions(STAFF):
        if one.name == SHOP:
            return decoded(one, StaffList)
    return StaffList()


def marking_in_force(truth: Truth, policy: KindPolicy) -> Marking:
    """Give what the door marks events by, over the kinds of a policy."""
    kinds = policy.kinds
    devices = frozenset(kind.name for kind in kinds if kind.role is Role.DEVICE)
    return marking_of(staff_defined(truth), devices)


def plans_in_force(truth: Truth) -> dict[str, TrackingPlan]:
    """Give the tracking plans of sources that have one."""
    found = {
        one.name: msgspec.json.decode(one.body, type=TrackingPlan | None)
        for one in truth.definitions(TRACKING_PLAN)
    }
    return {name: plan for name, plan in found.items() if plan is not None}


def ready_plans(truth: Truth, held: Mapping[str, Plan]) -> dict[str, Plan]:
    """Give the plans made ready to be asked; those held that still hold are kept."""
    found = {}
    for name, told in plans_in_force(truth).items():
        one = held.get(name)
        found[name] = one if one is not None and one.told == told else Plan(told)
    return found


def channel_rules(truth: Truth) -> tuple[ChannelRules, bool]:
    """Give the rules by which visits get their channel, and if the shop set them."""
    for one in truth.definitions(CHANNEL_RULES):
        if one.name == SHOP:
            return decoded(one, ChannelRules), True
    return default_rules(), False


def channel_costs(truth: Truth, first: str, last: str) -> list[ChannelCost]:
    """Give what channels cost from a month ("2026-03") through one."""
    return [
        row
        for one in truth.definitions(CHANNEL_COSTS)
        if first <= one.name <= last
        for row in decoded(one, ChannelCosts).rows
    ]


def channel_rates(truth: Truth) -> list[ChannelRate]:
    """Give what single touchpoints cost, each from a day on."""
    for one in truth.definitions(CHANNEL_RATES):
        if one.name == SHOP:
            return list(decoded(one, ChannelRates).rows)
    return []


def policy_in_force(truth: Truth) -> KindPolicy:
    """Give the policy by the latest definitions: what the door goes by."""
    return policy_of(kinds_defined(truth), policy_defined(truth))


def state_stamp(truth: Truth, policy: KindPolicy) -> str:
    """Name what state depends on in a policy (habitue.identity.defining.stamp)."""
    as_first = {
        one.name
        for one in truth.definitions(KIND)
        if one.name not in BUILT_IN and _is_as_first(truth, one)
    }
    return stamp(policy, as_first)


def _is_as_first(truth: Truth, one: Definition) -> bool:
    if one.version == 1:
        return True
    first = truth.find(DEFINITION_SOURCE, definition_id(KIND, one.name, 1))
    record = None if first is None else truth.get(first)
    if record is None or record.body is None:
        return False
    text = msgspec.json.decode(record.body, type=DefinitionText)
    was = msgspec.json.decode(text.body, type=Kind)
    return kind_of_state(was) == kind_of_state(decoded(one, Kind))


def decoded(one: Definition, type_: type[T]) -> T:
    """Read a definition; PolicyUnreadableError where a later version wrote it."""
    try:
        return msgspec.json.decode(one.body, type=type_)
    except msgspec.ValidationError as error:
        raise PolicyUnreadableError(
            f"The definition of {one.kind} '{one.name}' can't be read: {error}. Start"
            " the version that wrote it, or a later one."
        ) from error
