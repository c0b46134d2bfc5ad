"""Whom to write to for a site that the directory doesn't know: RDAP answers, read offline."""
