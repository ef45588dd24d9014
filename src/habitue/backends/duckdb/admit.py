"""Which queries of a stranger are let in: one SELECT over the copy's own tables.

The engine is locked down besides: no files, no network, no settings, no extensions.
What is refused here is what it would still show or do.
"""

import json
from collections.abc import Iterator
from typing import Any

import duckdb

from habitue.lake.port import QueryError

TABLES = (
    *("events", "lines", "holding", "person_events"),
    *("purchases", "purchase_lines"),
)
# What makes rows of its arguments alone.
_TABLE_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
# What tells of the machine, runs text, or makes much of little.
_FUNCTIONS = frozenset(
    {
        *("current_setting", "getenv", "getvariable", "set_config", "query", "error"),
        *("read_text", "read_blob", "current_database", "current_query", "version"),
        *("repeat", "lpad", "rpad", "bar", "list_resize", "array_resize", "format"),
        *("printf", "nextval", "currval", "setseed", "sleep_ms", "write_log", "txid"),
        *("range", "generate_series", "parse_duckdb_log_message"),
    }
)
SQL_CHARS_MAX = 100_000
_HINT = f"there are {', '.join(TABLES)}"


def admit(cursor: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise QueryError unless a text is one query over the copy's own tables."""
    if len(sql) > SQL_CHARS_MAX:
        raise QueryError(
            f"The query has {len(sql)} characters; at most {SQL_CHARS_MAX} are taken."
        )
    _check_kind(cursor, sql)
    tree = _tree(cursor, sql)
    nodes = list(_nodes(tree))
    own = _own_names(nodes)
    for name in own & _catalog(cursor):
        # Outside of the query that it names, the name would mean the engine's table.
        raise QueryError(f"'{name}' can't name a query; call it something else.")
    known = {*TABLES, *own}
    for node in nodes:
        _check(node, known)


def _check_kind(cursor: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        statements = cursor.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(_sentence(error)) from error
    if len(statements) != 1:
        raise QueryError(f"One query is taken at a time, not {len(statements)}.")
    kind = statements[0].type
    if kind != duckdb.StatementType.SELECT:
        raise QueryError(
            f"Only SELECT is taken, and this is {kind.name}: the copy is for reading."
        )


def _tree(cursor: duckdb.DuckDBPyConnection, sql: str) -> Any:
    cursor.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql])
    # To the end: an answer that was not read out bars the next question.
    ((told,),) = cursor.fetchall()
    tree = json.loads(told)
    if tree.get("error"):
        said = tree.get("error_message", "it can't be looked through")
        raise QueryError(f"The query is not taken: {said}.")
    return tree


def _catalog(cursor: duckdb.DuckDBPyConnection) -> set[str]:
    names = cursor.execute(
        "SELECT lower(view_name) FROM duckdb_views()"
        " UNION SELECT lower(table_name) FROM duckdb_tables()"
    )
    return {name for (name,) in names.fetchall()}


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _own_names(nodes: list[dict[str, Any]]) -> set[str]:
    """Give the names that a query gives to queries within it."""
    found = set()
    for node in nodes:
        named = node.get("cte_map")
        if isinstance(named, dict):
            found |= {str(one["key"]).lower() for one in named.get("map", ())}
        if "cte_name" in node:
            found.add(str(node["cte_name"]).lower())
    return found


def _check(node: dict[str, Any], known: set[str]) -> None:
    kind = node.get("type")
    if kind == "BASE_TABLE":
        _check_table(node, known)
    elif kind == "TABLE_FUNCTION":
        name = str(node.get("function", {}).get("function_name", "")).lower()
        if name not in _TABLE_FUNCTIONS:
            raise QueryError(f"'{name}' can't be read from here; {_HINT}.")
        # The same words make values, too: there they are refused.
        node["function"]["class"] = "TABLE"
    elif kind == "SHOW_REF":
        raise QueryError(f"Only tables of the copy are read; {_HINT}.")
    elif node.get("class") == "FUNCTION":
        name = str(node.get("function_name", "")).lower()
        if name in _FUNCTIONS:
            raise QueryError(f"The function '{name}' is not to be used here.")


def _check_table(node: dict[str, Any], known: set[str]) -> None:
    name = str(node.get("table_name", ""))
    if name.lower() not in known or node.get("schema_name") or node.get("catalog_name"):
        raise QueryError(f"There is no table '{name}'; {_HINT}.")


def _sentence(error: Exception) -> str:
    return f"The query is not understood: {str(error).splitlines()[0]}"
