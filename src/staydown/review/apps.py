"""The Django application."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Names the application ``review``."""

    name = "staydown.review"
    label = "review"
    verbose_name = "Review"
    default_auto_field = "django.db.models.BigAutoField"
