"""What the pages of a person ask: each form with its questions, and how an answer is read."""

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staydown.base.vocabulary import ActingFor, Under18
from staydown.web.kit.forms import Choose, Form, Secret

_CHOOSE = gettext_lazy("Choose one of the answers.")


class _OnlyForm(Form):
    """The one form of its page: the anchors are the names of its questions."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, anchors="%s")


class AgeForm(_OnlyForm):
    """The first question, which decides whether anything is taken in."""

    under18 = Choose(
        gettext_lazy("Was anyone in the picture under 18 when it was taken?"),
        (
            (Under18.NO, gettext_lazy("No, everyone was 18 or older")),
            (Under18.YES, gettext_lazy("Yes")),
            (Under18.NOT_SURE, gettext_lazy("I am not sure")),
        ),
        gettext_lazy("If you have several pictures, think of all of them."),
        read=Under18,
        missing=_CHOOSE,
    )


class ActingForForm(_OnlyForm):
    """Who the case is for."""

    acting_for = Choose(
        gettext_lazy("Is it you in the picture?"),
        (
            (ActingFor.SELF, gettext_lazy("Yes, it is me")),
            (ActingFor.OTHER, gettext_lazy("No, I am acting for the person in the picture")),
        ),
        read=ActingFor,
        missing=_CHOOSE,
        hints={ActingFor.OTHER: gettext_lazy("Please do so only if they asked you to.")},
    )


class NewPinForm(_OnlyForm):
    """A PIN that is chosen, typed twice."""

    # As a code, it isn't offered to the browser's list of passwords, which keeps the number too.
    pin = Secret(
        gettext_lazy("PIN"),
        gettext_lazy(
            "At least 6 letters or digits. Capital letters make no difference. Do not use a "
            "birthday or a PIN that someone near you may know."
        ),
        autocomplete="one-time-code",
        short=True,
    )
    pin_again = Secret(gettext_lazy("Type the PIN again"), autocomplete="one-time-code", short=True)

    def clean_pin_again(self) -> str:
        """Compare the two. Raises ValidationError where they differ."""
        again = str(self.cleaned_data["pin_again"])
        if again != self.cleaned_data["pin"]:
            raise ValidationError(_("The two PINs are different. Type the PIN again."))
        return again


class RecoverForm(NewPinForm):
    """The recovery phrase, for a new number, PIN and phrase."""

    recovery_phrase = Secret(
        gettext_lazy("Recovery phrase"),
        gettext_lazy("12 words, in the order in which you wrote them down."),
        rows=3,
    )
    field_order = ("recovery_phrase", "pin", "pin_again")


class EnterForm(_OnlyForm):
    """Number and PIN of a case."""

    case_number = Secret(
        gettext_lazy("Case number"),
        gettext_lazy(
            "14 letters and digits. Spaces, dashes and capital letters make no difference."
        ),
        autocapitalize="characters",
        shown=True,
    )
    pin = Secret(gettext_lazy("PIN"), autocomplete="one-time-code", short=True)
