"""Ask with SQL, as in a notebook: what people did, how often, and how many of them.

The folder is a running server's, or opened for as long as the question takes:

    python3 examples/ask_with_sql.py habitue-demo
"""

import sys

import habitue

DONE = """
SELECT name, count(*) AS events, count(DISTINCT person_id) AS people
FROM person_events
GROUP BY name
ORDER BY events DESC, name
"""


def main(folder: str) -> None:
    found = habitue.open(folder).sql(DONE)
    # In a notebook found.df() is a data frame of pandas, found.pl() one of polars.
    for row in found.arrow().to_pylist():
        print(f"{row['events']:>9,} x {row['name']}, {row['people']:,} people")
    print(f"as of record {found.offset}")


if __name__ == "__main__":
    main(sys.argv[1])
