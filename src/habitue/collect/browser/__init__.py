"""The script that a shop's pages load, in plain JavaScript, and what serves it."""
