"""Identifiers and names that an import may tell, and how they are known again."""

import re
from collections.abc import Callable
from typing import Any

from habitue.collect.item import Rules
from habitue.collect.vocabulary import RESERVED, canonical
from habitue.model.identifier import Identifier
from habitue.model.kind import Form, Kind, KindPolicy
from habitue.model.source import Writer

_MEMO_MAX = 50_000
# Forms of up to 200 characters that normalising leaves as they are, by the form of
# the kind; blocked values are looked for beside.
_TEXT = r"(?=.{1,200}\Z)[!-~](?:[ -~]*[!-~])?"
_FORMS = {
    Form.TEXT: _TEXT,
    Form.CARD: r"(?=.{1,200}\Z)[!-,./-~]+",
    Form.EMAIL: r"(?=.{1,200}\Z)[!#-'*+\-./0-9=?\[\]^_`a-z{|}~]+"
    r"@[0-9a-z\-]{1,63}(?:\.[0-9a-z\-]{1,63})+",
    Form.PHONE: r"\+(?!(\d)\1*\Z)[1-9][0-9]{6,14}",
}


class Known:
    """Identifiers and names that were looked at before: files repeat themselves."""

    def __init__(self, rules: Rules, country: str) -> None:
        self._rules, self._country = rules, country
        policy = rules.policy
        self._blocked = {one.casefold() for one in policy.blocked_values}
        self._plain = {
            kind.name: _plain_form(kind, policy)
            for kind in policy.kinds
            if may_be_ready(kind)
        }
        # A phone number in international form may still be no possible one.
        self._exact = {
            kind.name: self._plain[kind.name]
            for kind in policy.kinds
            if kind.name in self._plain and kind.form is not Form.PHONE
        }
        self._good: dict[Identifier, None] = {}
        self._names: dict[str, bool] = {}

    def holds(self, identifiers: tuple[Identifier, ...]) -> bool:
        """Say whether these are normalised, unblocked, ranked, and each there once."""
        ranks, plain, good = self._rules.ranks, self._plain, self._good
        blocked = self._blocked
        before: tuple[int, str] = (-1, "")
        for one in identifiers:
            kind, value = one
            if kind not in plain:
                return False
            ranked = (ranks[kind], value)
            if ranked <= before:
                return False
            before = ranked
            if one in good:
                continue
            sure = plain[kind](value) and value.lower() not in blocked
            if not sure and not self._is_normal(one):
                return False
            if len(good) >= _MEMO_MAX:
                good.clear()
            good[one] = None
        return True

    def normal(self, kind: str, value: Any) -> Identifier | None:
        """Give the identifier of a value that is told; None if the steps decide."""
        if kind in self._exact and type(value) is str:
            # As quick as looking it up: nearly all values are told as they are kept.
            if self._exact[kind](value) and value.lower() not in self._blocked:
                return Identifier(kind, value)
        elif kind not in self._plain:
            return None
        rules = self._rules
        found = rules.normalise(kind, value, self._country, rules.policy)
        return found if type(found) is Identifier else None

    def _is_normal(self, one: Identifier) -> bool:
        rules = self._rules
        return one == rules.normalise(one.kind, one.value, self._country, rules.policy)

    def may_tell(self, identifiers: tuple[Identifier, ...]) -> bool:
        """Say whether an import may tell identifiers of all these kinds."""
        return all(one.kind in self._plain for one in identifiers)

    def has_name(self, name: str) -> bool:
        """Say whether it is the name of a track event under which it is kept."""
        found = self._names.get(name)
        if found is None:
            plain = bool(name) and name == name.strip() and canonical(name) == name
            # What not everybody may tell the steps have to look at.
            found = plain and name not in RESERVED
            if len(self._names) >= _MEMO_MAX:
                self._names.clear()
            self._names[name] = found
        return found


def may_be_ready(kind: Kind) -> bool:
    """Say whether a server may tell identifiers of a kind, whoever else may not."""
    return not kind.closed and kind.claim is not Writer.OPERATOR


def _plain_form(kind: Kind, policy: KindPolicy) -> Callable[[str], object]:
    """Tell values that are certainly in the form of their kind, and no blocked one."""
    form = _FORMS.get(kind.form)
    if form is None or policy.blocked or kind.blocked:
        return lambda _: None
    # Looser than the policy, which looks at small letters only: no harm is in that,
    # since what is not plain here is normalised.
    none_of = "|".join(f"(?:{one})" for one in policy.blocked_patterns)
    ahead = rf"(?!(?i:{none_of})\Z)" if none_of else ""
    return re.compile(ahead + form).fullmatch
