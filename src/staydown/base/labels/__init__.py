"""Plain words, in every language, for the lists of ``staydown.base.incident``."""

from staydown.base.labels.labels import LISTS, heading, label, languages, may_be_asked

__all__ = ["LISTS", "heading", "label", "languages", "may_be_asked"]
