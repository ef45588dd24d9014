"""What the shop's efforts came to: channels with their visits, orders and costs."""
