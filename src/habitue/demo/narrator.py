"""The demo's narrator: says what happens, in the visitor's language, at their pace."""

from typing import Any

from rich.console import Console
from rich.rule import Rule

from habitue.console.language import Language, catalogue
from habitue.demo.pace import Pace


def speech(code: str) -> Language:
    """Give a language with the demo's own words."""
    return Language(code, catalogue("habitue.demo", code))


class Narrator:
    """Tells the visitor what happens, and waits for them where they want it."""

    def __init__(self, console: Console, language: Language, pace: Pace) -> None:
        self.console = console
        self.language = language
        self.pace = pace
        self._pauses = pace is Pace.BY_ENTER

    def say(self, text: str, /, **values: Any) -> None:
        """Say a sentence; numbers stand in it as the language writes them."""
        number = self.language.number
        told = {name: number(value) for name, value in values.items()}
        self.show(self.language.say(text, **told))

    def show(self, line: str) -> None:
        """Show a line as it is, for the terminal to break: a link has to stay whole."""
        self.console.print(line, highlight=False, markup=False, soft_wrap=True)

    def title(self, text: str) -> None:
        """Head what comes."""
        self.console.print(Rule(self.language.say(text)))

    def pause(self) -> None:
        """Let the visitor look; Enter goes on."""
        if not self._pauses:
            return
        try:
            self.console.input(self.language.say("Enter goes on ...") + " ")
        except EOFError:
            # Ctrl-D: nobody will press Enter any more.
            self._pauses = False
