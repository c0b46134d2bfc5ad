"""The frame in which people work who sign in, whatever site they work at: sign-in, password, menu.

It leans on ``accounts``, and knows nothing of what they work on.
"""
