"""Hostile bytes to bounded pixels. Only a child process decodes; ``worker`` is the way in."""
