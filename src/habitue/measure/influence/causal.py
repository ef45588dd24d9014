"""What online money causes in the shop, where chance led people to spend it."""

import math

from msgspec import Struct

from habitue.measure.experiment.arms import ALPHA, ARM_MIN, Arm, Interval, difference
from habitue.measure.experiment.chance import quantile

UNKNOWN = (
    "Not known: nobody was assigned by chance. To find out, keep a control group from"
    " what leads people to the web shop (an experiment whose assignment is told as"
    " 'Experiment Viewed' with experiment_id and variation), or switch advertising off"
    " in some regions and not in others."
)
NO_CONTROL = (
    "Not known: the experiment has no arm of this name to be the control; say which it"
    " is."
)
FEW = (
    f"Not known yet: an arm has fewer than {ARM_MIN} people whose days are over. Wait,"
    " or ask for more days."
)
UNMOVED = (
    "Not known: the arms did not differ in what they spent online, so nothing says what"
    " online money does. What the arms differ by in the shop is told all the same."
)


class Led(Struct, frozen=True):
    """An arm: people, and what each spent in stores and online since the assignment."""

    store: Arm
    online: Arm
    # The sum over people of store times online.
    products: float

    @property
    def shared2(self) -> float:
        """How the two means vary together."""
        people = self.store.people
        spread = self.products - self.store.total * self.online.total / people
        return spread / (people - 1) / people


class Causal(Struct, frozen=True):
    """What one unit more online brings in stores, and what the arms differ by.

    ratio is None, with the reason, where it is not known; store and online are
    differences of means, in minor units a person.
    """

    ratio: Interval | None
    store: Interval | None
    online: Interval | None
    because: str = ""


def causal(control: Led | None, treated: Led | None, alpha: float = ALPHA) -> Causal:
    """Compare what chance parted: store money over online money (Fieller 1954)."""
    if treated is None:
        return Causal(None, None, None, UNKNOWN if control is None else FEW)
    if control is None:
        return Causal(None, None, None, NO_CONTROL)
    if min(control.store.people, treated.store.people) < ARM_MIN:
        return Causal(None, None, None, FEW)
    store = difference(control.store, treated.store, alpha)
    online = difference(control.online, treated.online, alpha)
    ratio = None
    if store is not None and online is not None:
        ratio = _fieller(control, treated, alpha)
    return Causal(ratio, store, online, "" if ratio else UNMOVED)


def _fieller(control: Led, treated: Led, alpha: float) -> Interval | None:
    """Bound a ratio of two differences; None where its bounds reach everywhere."""
    above = treated.store.mean - control.store.mean
    under = treated.online.mean - control.online.mean
    z2 = quantile(1 - alpha / 2) ** 2
    above2 = control.store.error2 + treated.store.error2
    under2 = control.online.error2 + treated.online.error2
    shared = control.shared2 + treated.shared2
    a = under * under - z2 * under2
    if a <= 0:
        return None
    b, c = above * under - z2 * shared, above * above - z2 * above2
    root = math.sqrt(max(0.0, b * b - a * c))
    ratio = above / under
    spread2 = above2 - 2 * ratio * shared + ratio * ratio * under2
    error = math.sqrt(max(0.0, spread2)) / abs(under)
    p = math.erfc(abs(ratio) / error / math.sqrt(2)) if error else float(ratio == 0)
    return Interval(ratio, (b - root) / a, (b + root) / a, p)
