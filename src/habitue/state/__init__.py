"""The projections' tables: in memory, bounded, written behind, rebuilt at will."""
