"""Rules on the package's Python and templates."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Rule = Callable[[Path], Iterator[str]]

# Who may open a connection: the server its port; the command line's gateway and the
# demo reach the server of this machine; egress, once it is there, all others.
EGRESS_ALLOWED = (
    *("app/bench/", "app/serving/server.py", "app/calling/gateway.py"),
    *("demo/", "base/egress.py"),
)
EGRESS_MODULES = frozenset(
    {"socket", "http.client", "urllib.request", "ftplib", "smtplib", "telnetlib"}
    | {"httpx", "requests", "aiohttp", "urllib3"}
)
# Calls that connect to somewhere, whatever module they are of.
CONNECTS = frozenset(
    {"open_connection", "open_unix_connection", "create_connection"}
    | {"create_unix_connection", "create_datagram_endpoint", "sock_connect", "urlopen"}
)
# Modules that connect to somewhere, or load what does; a driver's is its backend's.
CONNECTING_MODULES = frozenset(
    {"ssl", "imaplib", "poplib", "xmlrpc.client", "socketserver", "pyarrow.fs"}
    | {"pyarrow.flight", "pyarrow.fs.S3FileSystem", "psycopg"}
)
DRIVERS_ALLOWED = ("backends/postgres/",)
# What has DuckDB load code, or read another machine.
DUCKDB_REACHES = re.compile(r"(?i)\b(?:INSTALL|LOAD)\s+\w*(?:httpfs|aws|azure)|s3://")
# Each stands in a part of a statement that does.
REACHED = ("http", "aws", "azure", "s3")
# Words that DESIGN section 1 has another word for, where they'd be a name of ours.
WORDS = {
    "audience": "segment",
    "cohort": "segment",
    "workflow": "scenario",
    "automation": "scenario",
    "integration": "source or channel",
    "manager": "the verb it does",
    "helper": "the verb it does",
    "util": "the verb it does",
    "utils": "the verb it does",
}
RAW_HTML = re.compile(
    r"\|\s*(?:safe|tojson)\b|\s[\w-]+=\{\{|\bMarkup\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write"
    r"|autoescape\s+false|\beval\(|new Function|\bsrcdoc\b"
)
# Errors that the console's page says by itself, whatever stands in them, and what is
# answered to a script.
SAID_BY_THE_PAGE = frozenset(
    {"NotAuthorizedException", "PermissionDeniedException", "HTTPException"}
)
SHOWN_AS = frozenset({"fault", "title", "text"})
# Names of what proves who somebody is: how long a comparison takes tells nothing of it.
PROOFS = frozenset({"mac", "proof", "signature", "invitation", "form_key", "token"})
STATE_PARTS = ("profile", "catalog", "identity", "state", "model")


def package(
    root: Path, *, has: Iterable[str] = ("",), under: tuple[str, ...] = ("",)
) -> Iterator[tuple[Path, str, ast.Module]]:
    """Give (path, path within the package, syntax tree) of modules.

    has: small letters, of which a text must have some, be they small there or not, for
    a rule to find anything in it; under: where it looks. To parse all takes seconds.
    """
    base, words = root / "src" / "habitue", tuple(has)
    for path in sorted(base.rglob("*.py")):
        within, text = path.relative_to(base).as_posix(), path.read_text("utf-8")
        small = text.lower()
        if within.startswith(under) and any(word in small for word in words):
            yield path, within, ast.parse(text)


def one_egress(root: Path) -> Iterator[str]:
    """No part reaches out by itself.

    Guards against: a webhook sink that opened its own connection skipped the check of
    private addresses, and answered with the cloud's metadata.
    """
    for path, within, tree in package(root, has=map(_first, EGRESS_MODULES)):
        if within.startswith(EGRESS_ALLOWED):
            continue
        for node, name in _imports(tree):
            if name in EGRESS_MODULES:
                yield f"{path}:{node.lineno}: {name} reaches out; use the one egress."


def nothing_else_connects(root: Path) -> Iterator[str]:
    """Nothing connects by another way than an import of a module known for it.

    Guards against: one_egress saw no import where asyncio.open_connection was called,
    and `habitue doctor egress` went on listing no address.
    """
    words = {*map(_first, CONNECTING_MODULES), *CONNECTS}
    for path, within, tree in package(root, has=words):
        if within.startswith(EGRESS_ALLOWED):
            continue
        driver = within.startswith(DRIVERS_ALLOWED)
        for node, name in _imports(tree):
            if name in CONNECTING_MODULES and not driver:
                yield f"{path}:{node.lineno}: {name} connects; use the one egress."
        for call in ast.walk(tree):
            if isinstance(call, ast.Attribute) and call.attr in CONNECTS:
                yield f"{path}:{call.lineno}: {call.attr} connects; use the one egress."


def duckdb_reaches_nobody(root: Path) -> Iterator[str]:
    """No statement has DuckDB load code or read another machine.

    Guards against: an extension was fetched at the first query, from a server abroad.
    """
    for path, _, tree in package(root, has=REACHED):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and DUCKDB_REACHES.search(
                str(node.value)
            ):
                yield f"{path}:{node.lineno}: DuckDB is not to reach out."


def one_word(root: Path) -> Iterator[str]:
    """One word for one thing, in names of classes, functions and arguments.

    Guards against: a segment was an audience in one part and a cohort in another, and
    the third counted both.
    """
    for path, _, tree in package(root, has=WORDS):
        for node in ast.walk(tree):
            for word in _words(_name(node)):
                if word in WORDS:
                    line = getattr(node, "lineno", 1)
                    yield f"{path}:{line}: '{word}' is {WORDS[word]} here."


def no_raw_html(root: Path) -> Iterator[str]:
    """What an event says reaches a page through autoescape and text nodes only.

    Guards against: one search box that filled innerHTML with a customer's name ran
    what the customer was called.
    """
    base = root / "src" / "habitue" / "console"
    for path in sorted(base.rglob("*")):
        if path.suffix not in {".html", ".js", ".py"} or "vendor" in path.parts:
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if RAW_HTML.search(line):
                yield f"{path}:{number}: raw HTML; use autoescape or a text node."


def the_console_says_its_errors(root: Path) -> Iterator[str]:
    """What the console raises or shows as wrong is said in the reader's language.

    Guards against: a whole page in Polish that ended with an English sentence, the one
    that told what to do.
    """
    for path, _, tree in package(root, under=("console/",)):
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and any(map(_is_bare, _shown_by(call))):
                yield f"{path}:{call.lineno}: a bare text; say it with look.say(..)."


def _shown_by(call: ast.Call) -> Iterator[ast.expr]:
    """Give what of a call somebody reads: an error's sentence, a page's fault."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name.endswith(("Error", "Exception")) and name not in SAID_BY_THE_PAGE:
        yield from call.args
    yield from (one.value for one in call.keywords if one.arg in SHOWN_AS)


def _is_bare(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_bare(node.left) or _is_bare(node.right)
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(node, ast.JoinedStr) or bool(isinstance(text, str) and text)


def no_floats_in_state(root: Path) -> Iterator[str]:
    """State is integers: counts, minor units, microseconds.

    Guards against: 0.1 + 0.2 in another order of arrival gave another last digit, and a
    rebuilt profile no longer equalled the live one.
    """
    for path, _, tree in package(root, has=("float",), under=STATE_PARTS):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and _is_struct(node):
                for field in node.body:
                    if isinstance(field, ast.AnnAssign) and _mentions(field, "float"):
                        yield f"{path}:{field.lineno}: a float in state; use an int."


def proofs_are_compared_in_constant_time(root: Path) -> Iterator[str]:
    """What proves who somebody is, is compared by hmac.compare_digest.

    Guards against: == ends at the first letter that differs, and whoever measured the
    answers found a key out letter by letter.
    """
    for path, _, tree in package(root, has=PROOFS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and _compares(node, PROOFS):
                yield f"{path}:{node.lineno}: a proof; use hmac.compare_digest."


def _compares(node: ast.Compare, names: frozenset[str]) -> bool:
    """Say whether two values are compared for being equal, one of them so called."""
    sides = (node.left, *node.comparators)
    if not all(isinstance(one, ast.Eq | ast.NotEq) for one in node.ops):
        return False
    if any(isinstance(side, ast.Constant) for side in sides):
        return False
    called = (getattr(side, "attr", getattr(side, "id", "")) for side in sides)
    return any(name.lstrip("_") in names for name in called)


def modules_open_with_a_sentence(root: Path) -> Iterator[str]:
    """Each folder of the package is a package, and says what it is.

    Guards against: a folder without __init__.py stood outside the import contracts, and
    imported what it liked.
    """
    base = root / "src" / "habitue"
    for folder in sorted({path.parent for path in base.rglob("*.py")}):
        if not (folder / "__init__.py").exists():
            yield f"{folder}: has no __init__.py, so no import contract sees it."


def _first(module: str) -> str:
    """Give the part of a module's name that whoever imports it writes in any case."""
    return module.partition(".")[0]


def _imports(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module
            for alias in node.names:
                yield node, f"{node.module}.{alias.name}"


def _name(node: ast.AST) -> str:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name
    return node.arg if isinstance(node, ast.arg) else ""


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+", name)]


def _is_struct(node: ast.ClassDef) -> bool:
    return any(_mentions(base, "Struct") for base in node.bases)


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(node))


CODE_RULES: tuple[Rule, ...] = (
    one_egress,
    nothing_else_connects,
    duckdb_reaches_nobody,
    one_word,
    no_raw_html,
    the_console_says_its_errors,
    no_floats_in_state,
    proofs_are_compared_in_constant_time,
    modules_open_with_a_sentence,
)
