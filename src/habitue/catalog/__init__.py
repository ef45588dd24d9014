"""Products, prices, stock and stores: what the shop's own systems tell of its goods."""
