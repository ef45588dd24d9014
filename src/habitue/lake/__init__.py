"""The analytic copy of the events: what stands in it, and what a backend must do."""
