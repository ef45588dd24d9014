"""The doors: what comes over the wire becomes events, each with one outcome."""
