"""Bits to neighbours within a radius: exact, in memory, changed while it is asked."""
