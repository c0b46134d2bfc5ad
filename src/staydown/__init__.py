"""Open, self-hostable software against non-consensual intimate imagery."""

__version__ = "0.1.0"
