"""Imports on the server's side: a child makes packets ready, a door takes them."""
