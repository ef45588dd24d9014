"""What runs: the engine, who leads and who follows, and the routes they answer."""
