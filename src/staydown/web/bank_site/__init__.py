"""The bank's web site: pages for people, JSON for partners. It has no way to open a picture."""
