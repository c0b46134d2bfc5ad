"""The frame in which people work who sign in, whatever site they work at: sign-in, password, menu.

It knows who somebody is from ``staff`` alone, and nothing of what they work on.
"""
