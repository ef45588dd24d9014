"""People who are likely one: found beside the server, judged by who knows them."""
