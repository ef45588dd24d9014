"""The kinds of definitions that the fold takes in, each named where it is at home."""

from habitue.identity.defining import KIND
from habitue.model.certificate import ERASURE
from habitue.profile.scores.defining import KIND as SCORE_RULES
from habitue.segment.definition import SEGMENT
from habitue.segment.subscription import SUBSCRIPTION

__all__ = ["ERASURE", "KIND", "SCORE_RULES", "SEGMENT", "SUBSCRIPTION"]
