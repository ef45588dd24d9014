"""The events that have a meaning here, and the other names they go by."""

from habitue.collect.vocabulary.catalogue import (
    CATALOGUE,
    Stage,
    VocabularyEvent,
    canonical,
    lookup,
)

__all__ = ["CATALOGUE", "Stage", "VocabularyEvent", "canonical", "lookup"]
