"""What a shop may define of kinds, and what it is told where it may not."""

import pytest
from msgspec.structs import replace

from habitue.base.errors import InvalidError
from habitue.identity.defining import (
    BLOCKED_MAX,
    KINDS_MAX,
    WILDCARDS_MAX,
    check_blocked,
    check_kind,
    check_policy,
    policy_of,
)
from habitue.model.kind import (
    DEFAULT_KINDS,
    RANKS,
    Form,
    IdentityPolicy,
    Kind,
    Move,
    Role,
)
from habitue.model.source import Writer

MEMBER = Kind("membership_no", Role.ANCHOR, 25)
EMAIL = DEFAULT_KINDS[4]


@pytest.mark.parametrize(
    "name", ["", "Member", "1a", "a-b", "a:b", "é", "a" * 41, "a\n", "../x"]
)
def test_a_kind_has_a_plain_name(name: str) -> None:
    with pytest.raises(InvalidError, match="can't name a kind; use a small letter"):
        check_kind(replace(MEMBER, name=name), DEFAULT_KINDS, None)


@pytest.mark.parametrize("kind", DEFAULT_KINDS, ids=lambda kind: kind.name)
def test_a_kind_that_is_there_is_good(kind: Kind) -> None:
    others = [one for one in DEFAULT_KINDS if one is not kind]

    assert check_kind(kind, others, kind) == kind


@pytest.mark.parametrize("rank", [0, 45, 50, 99, 100, -1])
def test_an_anchor_stands_above_every_contact(rank: int) -> None:
    with pytest.raises(InvalidError, match="from 1 to 44, and 1 is the highest"):
        check_kind(replace(MEMBER, rank=rank), DEFAULT_KINDS, None)


def test_no_two_kinds_have_one_rank_and_the_nearest_free_one_is_named() -> None:
    with pytest.raises(InvalidError, match=r"taken by 'customer_id'.*as 19\.$"):
        check_kind(replace(MEMBER, rank=20), DEFAULT_KINDS, None)


def test_where_no_rank_is_free_none_is_named() -> None:
    full = [Kind(f"k{rank}", Role.ANCHOR, rank) for rank in RANKS[Role.ANCHOR]]

    with pytest.raises(InvalidError, match=r"from 1 to 44\.$"):
        check_kind(MEMBER, full, None)


@pytest.mark.parametrize(
    "changed",
    [replace(EMAIL, role=Role.ANCHOR, rank=5), replace(EMAIL, form=Form.TEXT)],
)
def test_role_and_form_stay(changed: Kind) -> None:
    with pytest.raises(InvalidError, match="stays so"):
        check_kind(changed, (), EMAIL)


@pytest.mark.parametrize(
    "changed",
    [
        {"move": Move.MOVE},
        {"form": Form.EMAIL},
        {"form": Form.PHONE},
        {"limit": 0},
        {"limit": 1001},
    ],
)
def test_what_an_anchor_can_not_have_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(InvalidError):
        check_kind(replace(MEMBER, **changed), DEFAULT_KINDS, None)


def test_kinds_are_bounded() -> None:
    many = [Kind(f"k{number}", Role.CONTACT, number) for number in range(KINDS_MAX)]

    with pytest.raises(InvalidError, match=f"{KINDS_MAX} kinds already"):
        check_kind(MEMBER, many, None)


@pytest.mark.parametrize("value", ["", " ", "*", "* *", "a\nb", "a\x00", "x" * 257])
def test_what_can_not_be_blocked_is_refused(value: str) -> None:
    with pytest.raises(InvalidError):
        check_blocked([value])


def test_blocked_values_are_bounded() -> None:
    with pytest.raises(InvalidError, match=f"{BLOCKED_MAX} is the limit"):
        check_blocked(str(number) for number in range(BLOCKED_MAX + 1))
    with pytest.raises(InvalidError, match=f"{WILDCARDS_MAX} is the limit"):
        check_blocked(f"{number}*" for number in range(WILDCARDS_MAX + 1))


@pytest.mark.parametrize(
    "policy",
    [
        IdentityPolicy(hold_us=1),
        IdentityPolicy(adopt_us=-1),
        IdentityPolicy(shared_hold_us=0),
        IdentityPolicy(claim_edges_max=0),
        IdentityPolicy(adopt_us=10**18),
    ],
)
def test_spans_and_limits_are_bounded(policy: IdentityPolicy) -> None:
    with pytest.raises(InvalidError, match="must be from"):
        check_policy(policy)


def test_what_a_shop_defines_lies_over_what_holds_without_it() -> None:
    few = replace(EMAIL, limit=2)

    policy = policy_of([MEMBER, few], IdentityPolicy(blocked=("walk-in",)))

    names = [kind.name for kind in policy.kinds]
    assert names[1:4] == ["customer_id", "membership_no", "loyalty_card"]
    assert policy.kind("email").limit == 2
    assert policy.at(25) == MEMBER
    assert policy.blocked == ("walk-in",)
    assert policy.blocked_values


@pytest.mark.parametrize(
    ("claim", "barred"),
    [
        (Writer.PUBLIC, []),
        (Writer.SIGNED, [Writer.PUBLIC]),
        (Writer.SERVER, [Writer.PUBLIC, Writer.SIGNED]),
        (Writer.OPERATOR, [Writer.PUBLIC, Writer.SIGNED, Writer.SERVER]),
    ],
)
def test_who_may_not_tell_a_kind_is_everybody_below_its_writer(
    claim: Writer, barred: list[Writer]
) -> None:
    policy = policy_of([replace(MEMBER, claim=claim)], IdentityPolicy())

    found = [writer for writer in Writer if "membership_no" in policy.barred(writer)]

    assert found == barred
