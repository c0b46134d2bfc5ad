"""The bank's own interface: one function is one transaction. The models behind it are private.

``cases`` is for people, ``feed`` and ``words`` for partners, ``partners`` and ``upkeep`` for the
operator. Functions that need the keys or the clock take the running ``Bank`` first.
"""
