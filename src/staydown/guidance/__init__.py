"""Where to turn, what helps, and what may do harm."""
