"""The digest for who directs the shop: a week in figures, as a page, text and rows."""
