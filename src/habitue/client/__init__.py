"""For notebooks: habitue.open(folder).sql("select ..").df()."""

from habitue.client.opened import Opened, Rows

__all__ = ["Opened", "Rows"]
