"""What tables and indexes of state are called in the database."""

from psycopg import sql


def name_of(table: str) -> sql.Identifier:
    """Give the name of a table or index, apart from state.meta, whatever it is."""
    return sql.Identifier("state", called(table))


def called(table: str) -> str:
    """Give the name alone, as the database lists it."""
    return f"t_{table}"
