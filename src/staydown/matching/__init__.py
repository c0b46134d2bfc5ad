"""From what a bank says to what is held, and from an upload to what is answered."""
