"""Django's name for this package."""

from django.apps import AppConfig


class BankApp(AppConfig):
    """The bank's tables, under the label ``bank``."""

    name = "staydown.bank"
    label = "bank"
    default_auto_field = "django.db.models.BigAutoField"
