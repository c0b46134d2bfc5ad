"""Django's name for this package."""

from django.apps import AppConfig


class AccountsApp(AppConfig):
    """The accounts' tables, under the label ``accounts``."""

    name = "staydown.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
