"""Files of contacts: taken in by the page, listed, taken back."""
