"""The code of a country, or of a part of one, as settings and options take it."""

import re

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def is_country_code(text: str) -> bool:
    """Say whether ``text`` has the form of a code such as NL, GB or US-CA.

    UK, which many people write, isn't the code of the United Kingdom, and would find nothing.
    """
    return text != "UK" and _CODE.fullmatch(text) is not None
