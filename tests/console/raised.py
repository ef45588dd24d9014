"""Every sentence that the core raises: where, and in which form."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

import habitue

SRC = Path(habitue.__file__).parent
FIELD = re.compile(r"\{[^{}]*\}")
ROOT = "HabitueError"
# The console says its own errors (the_console_says_its_errors), commands are English.
APART = ("console", "cli", "demo")
# What a name stands for: texts, or what a function of that name gives.
Texts: TypeAlias = dict[str, list[ast.expr]]
DEEP_MAX = 4


class Raised(NamedTuple):
    """A sentence with {} in place of each value, and the file that raises it.

    What is put together where it can't be seen stands as its source in < and >.
    """

    room: str
    form: str


class Module(NamedTuple):
    """A file of the core, read."""

    room: str
    tree: ast.Module


@cache
def raised() -> list[Raised]:
    """Give what the core raises, by file."""
    modules = list(_modules())
    named = {one.room: _named(one.tree) for one in modules}
    nodes = [node for one in modules for node in ast.walk(one.tree)]
    classes = {one.name: one for one in nodes if isinstance(one, ast.ClassDef)}
    ours = {name: classes[name] for name in classes if _is_ours(name, classes)}
    shared = _constants(named.values())
    return sorted(
        {
            Raised(one.room, form)
            for one in modules
            for form in _forms_in(one.tree, ours, {**shared, **named[one.room]})
        }
    )


def _modules() -> Iterator[Module]:
    for path in sorted(SRC.rglob("*.py")):
        room = path.relative_to(SRC)
        if room.parts[0] not in APART:
            yield Module(room.as_posix(), ast.parse(path.read_text()))


def _is_ours(name: str, classes: dict[str, ast.ClassDef]) -> bool:
    bases = classes[name].bases if name in classes else []
    return name == ROOT or any(_is_ours(_called(one), classes) for one in bases)


def _constants(files: Iterable[Texts]) -> Texts:
    """Give what constants stand for, whichever file names them."""
    named = (item for one in files for item in one.items())
    return {name: told for name, told in named if name.isupper()}


def _named(tree: ast.AST) -> Texts:
    """Give what names stand for in a file or function, and what its functions give."""
    found: Texts = defaultdict(list)
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=told):
                found[name].append(told)
            case ast.For(target=ast.Name(id=name), iter=told):
                found[name].append(told)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found[name] += _given(node)
    return found


def _given(function: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) and node.value:
            yield node.value


def _forms_in(
    tree: ast.Module, ours: dict[str, ast.ClassDef], texts: Texts
) -> Iterator[str]:
    for scope in ast.walk(tree):
        if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
            errors = [one for one in _errors_of(scope) if _called(one) in ours]
            # What names stand for is looked for where somebody raises alone.
            here = {**texts, **_named(ast.Module(scope.body, []))} if errors else {}
            for made in errors:
                yield from _told(made, ours[_called(made)], here)


def _errors_of(function: ast.AST) -> Iterator[ast.expr | None]:
    return (one.exc for one in ast.walk(function) if isinstance(one, ast.Raise))


def _called(node: ast.AST | None) -> str:
    """Give the name of what is called or named."""
    named = node.func if isinstance(node, ast.Call) else node
    return getattr(named, "id", getattr(named, "attr", ""))


def _told(made: ast.expr | None, held: ast.ClassDef, texts: Texts) -> Iterator[str]:
    """Give the sentences of an error: its class's own, what it is given, or both."""
    given = made.args if isinstance(made, ast.Call) else []
    own = [
        node.args[0]
        for node in ast.walk(held)
        if isinstance(node, ast.Call) and _called(node) == "__init__" and node.args
    ]
    whole = [one for one in own if isinstance(one, (ast.JoinedStr, ast.Constant))]
    if whole or given:
        yield from forms((whole or given)[0], texts)
    else:
        yield (ast.get_docstring(held, clean=False) or "").strip()


def forms(told: ast.expr, texts: Texts, deep: int = 0) -> list[str]:
    """Give each sentence that an expression may be, {} in place of each value."""
    match told:
        case ast.Constant(value=str(text)):
            return [FIELD.sub("{}", text)]
        case ast.JoinedStr(values=values):
            parts = (getattr(part, "value", "") for part in values)
            return ["".join(one if isinstance(one, str) else "{}" for one in parts)]
        case ast.BoolOp(values=[*_, last]):
            return forms(last, texts, deep)
        case ast.IfExp(body=one, orelse=other):
            return [*forms(one, texts, deep), *forms(other, texts, deep)]
        case ast.BinOp(left=one, right=other):
            heads, ends = forms(one, texts, deep), forms(other, texts, deep)
            return [f"{head}{end}" for head in heads for end in ends]
        case ast.Call(func=ast.Attribute(attr="format", value=template)):
            return forms(template, texts, deep)
    meant = texts.get(_called(told), []) if deep < DEEP_MAX else []
    found = [form for one in meant for form in forms(one, texts, deep + 1)]
    return found or [f"<{ast.unparse(told)}>"]
