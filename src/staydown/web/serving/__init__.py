"""Serving a site: one process, HTTP/1, and nobody who sends or reads slowly holds a thread."""
