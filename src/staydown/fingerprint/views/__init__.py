"""Views of a query: what somebody did to a copy, found and undone. Never made of what is listed."""
