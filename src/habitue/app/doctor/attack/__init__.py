"""Attacks on one's own server, over loopback: what was tried, and what came in."""
