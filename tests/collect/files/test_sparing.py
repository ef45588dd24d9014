"""Arrow does without pandas where nobody asks for a data frame."""

import subprocess
import sys

SPARED = """
import sys
from habitue.collect.files.sparing import spare_pandas
spare_pandas()
import pyarrow as pa
table = pa.table({"n": [1, 2], "text": ["a", "b"]})
print("pandas" in sys.modules)
"""
ASKED = (
    SPARED
    + """
print(table.to_pandas().n.sum(), "pandas" in sys.modules)
"""
)


def told(program: str) -> list[str]:
    words = [sys.executable, "-c", program]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_columns_are_made_without_pandas_though_it_is_installed() -> None:
    assert told(SPARED) == ["False"]


def test_who_asks_for_a_data_frame_still_gets_one() -> None:
    assert told(ASKED) == ["False", "3", "True"]
