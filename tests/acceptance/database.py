"""What lies in a database: its rows, and the files it keeps them in."""

from pathlib import Path

import psycopg


def files_with_it(url: str, text: str) -> list[str]:
    """Name the files of the database that hold a text, once all is written to them."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CHECKPOINT")
        row = db.execute(
            "SELECT current_setting('data_directory'), oid FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()
    files = Path(row[0], "base", str(row[1])).iterdir()
    return sorted(one.name for one in files if text.encode() in one.read_bytes())


def rows_with(url: str, text: str) -> list[str]:
    """Name the tables of the database with a row that holds a text."""
    found = []
    with psycopg.connect(url) as db:
        tables = db.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname IN ('truth', 'state')"
        ).fetchall()
        for schema, table in tables:
            rows = db.execute(f'SELECT t::text FROM {schema}."{table}" t').fetchall()
            told = "".join(row for (row,) in rows)
            if text in told or text.encode().hex() in told:
                found.append(f"{schema}.{table}")
    return found
