"""What a platform's desk was told by banks, what it matched, and what a person decided about it."""
