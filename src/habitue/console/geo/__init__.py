"""Tests by region: a form to plan one, a form to read one."""
