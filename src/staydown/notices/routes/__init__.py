"""From facts to the ways that are open, in the order most likely to work. Pure."""
