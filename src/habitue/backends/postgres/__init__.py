"""PostgreSQL: truth and state shared by several processes."""
