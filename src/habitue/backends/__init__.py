"""Backends fill the ports of the stages: one folder an engine, one file a port."""
