"""HMA's look-up calls, served in front of Django: what Django does for a page costs more."""
