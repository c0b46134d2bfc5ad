"""The numbers of signing in, and nothing else."""

from datetime import timedelta

from staydown.accounts.throttle_rules import Lane, Limit
from staydown.base.allowance import Allowance

#: Tries at signing in under one name, or from one device that signed in before.
PACE = Lane(5, timedelta(seconds=60), "pace")

#: Tries under one name beyond that pace: one in so many, by lot, so that somebody who tries
#: another's name over and over doesn't keep them out on a new device.
BEYOND = Lane(600, timedelta(seconds=30), "beyond")
ONE_IN = 4

BY_NAME, BY_DEVICE = Limit("staff name", (PACE, BEYOND)), Limit("staff device", (PACE,))

#: Tries under names that nobody has that cost a check of the password; the rest only take as long.
NOBODYS = Allowance(20, timedelta(seconds=1))

#: A device that signed in is known for so long, and so many of each user's.
DEVICE_KNOWN = timedelta(days=180)
MOST_DEVICES = 10

#: The longest name to sign in with.
LONGEST_NAME = 64
