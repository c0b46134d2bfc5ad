"""What rules say, in the language of the page."""

from collections.abc import Sequence

from django.utils.translation import get_language

from staydown.base.languages import Language
from staydown.base.reasons import Reason
from staydown.base.wording import text, texts


def words(said: Reason | str | Sequence[Reason | str]) -> str:
    """Return what a rule says as it is shown: one sentence, or several one after the other."""
    code = (get_language() or "").partition("-")[0]
    language = Language(code) if code in set(Language) else Language.EN
    return text(said, language) if isinstance(said, Reason | str) else texts(said, language)
