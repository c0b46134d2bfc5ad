"""Open, self-hostable software against non-consensual intimate imagery."""

from staydown.base import unasked as _unasked

__version__ = "0.1.0"

_unasked.switch_off()
