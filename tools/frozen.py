"""A pytest plugin: the collector of cycles has nothing to do with what lasts the run.

Each worker imports every test and keeps a million objects of them until it ends. To
look for cycles among these again and again takes about a tenth of its time, and finds
none: so they are set aside once, and what a test leaves behind is collected as ever.
"""

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look through nothing while it comes to be, nor ever again what came of it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
