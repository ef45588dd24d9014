"""The analytic copy in DuckDB."""
