"""The projections' tables: in memory, bounded, written behind, thrown away and rebuilt."""
