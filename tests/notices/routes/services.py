"""Routes with everything that ships, on a day on which every record is fresh."""

from datetime import date

from staydown.guidance.support.reading import load_support
from staydown.notices.directory.reading import load_directory
from staydown.notices.facts import Facts
from staydown.notices.routes.finding import find_routes
from staydown.notices.routes.route import Routes

TODAY = date(2026, 11, 22)


def found(facts: Facts, today: date = TODAY) -> Routes:
    """Find the routes with everything that ships."""
    return find_routes(facts, load_directory(), load_support(), today)
