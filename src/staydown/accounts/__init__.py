"""The people who work at a bank or a desk: who they are, how they sign in, what they may do, and
what they did. And the one way to slow tries, be they at a password, a PIN or the bank's door."""
