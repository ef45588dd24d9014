"""Why something was refused, in the reader's language.

The core says it in English, as the API and the commands give it. On a page the sentence
is found by its form and said anew, with the same values; one that is not known is shown
as it came.
"""

from collections.abc import Iterator

from habitue.base.errors import StorageError
from habitue.base.said import meant
from habitue.console.language import FIRST
from habitue.console.look import Look
from habitue.console.refusals import FRAMES, REFUSALS
from habitue.console.text import visible

_TEXTS = {text: text for text in REFUSALS if text not in FRAMES}
_FRAMES = {text: text for text in FRAMES}


def refused(told: object, look: Look) -> str:
    """Say anew why something was refused; told: an error of the core, or its words."""
    text = str(told)
    if look.language.code == FIRST:
        return text
    said = next(_anew(text, look), None)
    if said is None and isinstance(told, StorageError):
        return look.say(
            "The data can't be written or read just now. Who runs this machine reads"
            " why: %(why)s",
            why=text,
        )
    return said or look.say(text)


def _anew(text: str, look: Look) -> Iterator[str]:
    # A frame fits many sentences, so it is looked for last.
    for texts in (_TEXTS, _FRAMES):
        template, values = meant(texts, text)
        if template:
            put = {name: visible(value) for name, value in values.items()}
            if "reason" in values:
                put["reason"] = refused(values["reason"], look)
            yield look.say(template).format(**put)
