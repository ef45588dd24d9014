"""What commands do as clients of the API: of a running server, or of a folder."""
