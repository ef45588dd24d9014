"""How people come to buy: ways, online and store, channels, online influence."""
