"""The demo: be the customer, on real history."""
