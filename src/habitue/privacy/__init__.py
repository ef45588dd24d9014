"""What a person may ask of the shop: to be told what is kept, and to be forgotten."""
