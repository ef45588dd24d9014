"""Tracking plans on the screen: what a source's events have to hold, tried and kept."""
