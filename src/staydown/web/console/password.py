"""Changing one's own password."""

from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staydown.accounts.errors import PasswordRefused, SignInFailed
from staydown.accounts.staff import change_password
from staydown.web.console.sign_in import signed_in, staff_id
from staydown.web.console.site import console, takes
from staydown.web.kit.forms import Form, Secret
from staydown.web.kit.words import words


class PasswordForm(Form):
    """The password that somebody has, and the one they choose."""

    old = Secret(gettext_lazy("The password you have now"), autocomplete="current-password")
    new = Secret(
        gettext_lazy("New password"),
        gettext_lazy("At least 12 characters. Four words that don’t belong together work well."),
        autocomplete="new-password",
    )
    again = Secret(gettext_lazy("New password again"), autocomplete="new-password")

    def clean_again(self) -> str:
        """Compare the two new ones. Raises ValidationError where they differ."""
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data["new"]:
            raise ValidationError(
                _("The two new passwords are not the same. Type the new one twice.")
            )
        return again


@takes("GET", "POST")
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; the one-time one must be."""
    here = console()
    if request.method != "POST":
        return here.pages.page(request, "password", {"form": PasswordForm(anchors="%s")})
    form = PasswordForm(request.POST, anchors="%s")
    if not form.is_valid():
        return _again(request, form)
    old, new = form.cleaned_data["old"], form.cleaned_data["new"]
    try:
        who = change_password(here.place, staff_id(request), old, new, here.clock)
    except SignInFailed:
        form.add_error("old", _("The password you have now was not right. Type it again."))
        return _again(request, form)
    except PasswordRefused as error:
        form.add_error("new", [words(one) for one in error.why])
        return _again(request, form)
    update_session_auth_hash(request, who)
    rotate_token(request)
    return redirect(here.home)


def _again(request: HttpRequest, form: PasswordForm) -> HttpResponse:
    return console().pages.page(request, "password", {"form": form}, errors=form.faults)
