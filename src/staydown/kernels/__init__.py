"""Loops as machine code: how they are compiled and kept, and what a processor does side by side."""
