"""Our own door: an event, a list, or a batch, answered with an outcome for each."""

from habitue.collect.dialect import Dialect, Route

PATH = "/api/v1/events"

OWN = Dialect(name="habitue", routes=(Route(path=PATH),))
