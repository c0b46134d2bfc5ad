"""One person's case: what was said and done, as events, and what follows from them.

Nothing is sent or fetched from here, and no picture is opened.
"""
