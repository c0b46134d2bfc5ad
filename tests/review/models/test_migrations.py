"""The migrations say all that the models say."""

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.database


@pytest.mark.django_db
def test_no_change_of_the_models_is_missing_from_the_migrations() -> None:
    """A model and its table never part."""
    call_command("makemigrations", "review", check=True, dry_run=True, verbosity=0)
