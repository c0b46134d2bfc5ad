"""Pixels to fingerprints. ``value`` and ``seal`` load no hasher: the bank may use them."""
