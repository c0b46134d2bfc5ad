"""What a bank and its partners say to each other."""
