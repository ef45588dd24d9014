"""How customers come to buy: sessions, ways, ROPO, attribution, online influence."""
