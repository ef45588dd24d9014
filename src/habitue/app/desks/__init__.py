"""What the API and the pages ask for: a desk for each thing that is asked about."""
