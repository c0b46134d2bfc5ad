"""The ways in which one phone number is written on pages."""

import re

#: Country calling codes of one and of two digits; all others have three.
#: Source: ITU-T Recommendation E.164, list of assigned country codes.
_ONE_DIGIT = frozenset({"1", "7"})
_TWO_DIGITS = frozenset({
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
    "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
    "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
})  # fmt: skip
_SHORTEST = 5


def forms_of(number: str) -> tuple[str, ...]:
    """Return how a number may be written, as it was typed first; () for what is no number.

    Only a number that is typed with its country code ("+44 …" or "0044 …") gives the forms for at
    home and from abroad: which country another is in can't be known.
    """
    digits = re.sub(r"\D", "", number)
    if not _SHORTEST <= len(digits) <= 20:
        return ()
    forms = {number: None, digits: None}
    abroad = _international(number, digits)
    if abroad is not None:
        code, rest = abroad
        forms |= dict.fromkeys((f"+{code}{rest}", f"00{code}{rest}", f"+{code} {rest}", rest))
        if code not in _ONE_DIGIT:  # their numbers at home begin with no 0
            forms[f"0{rest}"] = None
    groups = re.findall(r"\d+", number)
    if len(groups) > 1:
        forms |= dict.fromkeys(separator.join(groups) for separator in (" ", "-", "."))
    return tuple(forms)


def _international(number: str, digits: str) -> tuple[str, str] | None:
    """Split a number with its country code in two; a 0 in brackets between them is left out."""
    if number.lstrip().startswith("+"):
        whole = digits
    elif digits.startswith("00"):
        whole = digits[2:]
    else:
        return None
    width = 1 if whole[:1] in _ONE_DIGIT else 2 if whole[:2] in _TWO_DIGITS else 3
    code, rest = whole[:width], whole[width:]
    if re.search(r"\(0\)", number):
        rest = rest.removeprefix("0")
    return (code, rest) if len(rest) >= 4 else None
