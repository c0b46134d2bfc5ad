"""What pages and commands take of the bank beside its ``api``, its errors and its settings.

Values and plain rules: nothing here touches a table, so it can be had before Django is set up.
"""

from staydown.bank.credentials import choose_pin, made_up_pin
from staydown.bank.harmless_lines import BadLine
from staydown.bank.harmless_lines import read as read_harmless_list
from staydown.bank.pins import PinGate
from staydown.bank.review_rules import Decision
from staydown.bank.runtime import Bank
from staydown.bank.windows import minutes_until

__all__ = [
    "BadLine",
    "Bank",
    "Decision",
    "PinGate",
    "choose_pin",
    "made_up_pin",
    "minutes_until",
    "read_harmless_list",
]
