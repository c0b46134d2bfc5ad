"""The sites whose answers are held against their descriptions."""

from tests.web.bank_site.conftest import bank, client
from tests.web.desk_site.conftest import coffee, keeping, site

__all__ = ["bank", "client", "coffee", "keeping", "site"]
