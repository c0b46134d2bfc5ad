"""A sheet of what to search for, so that a person sees what others can find of them.

It is worked out on this machine from what they typed. Nothing is searched for and nothing sent.
"""

from staydown.guidance.self_search.sheet import Sheet, make_sheet
from staydown.guidance.self_search.terms import SelfSearch

__all__ = ["SelfSearch", "Sheet", "make_sheet"]
