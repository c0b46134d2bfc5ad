"""From a route and details to a letter that is complete, in a language, in several forms."""
