"""Measurements against named peers: speed, recall, video. Nothing here is shipped."""
