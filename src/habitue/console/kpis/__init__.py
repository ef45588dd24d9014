"""Key figures: each number of people leads to them, and to a segment of them."""
