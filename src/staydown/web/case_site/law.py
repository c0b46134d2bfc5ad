"""What the pages know of laws and places: read once, kept for the process."""

from staydown.notices.directory.directory import Directory
from staydown.notices.directory.reading import load_directory


def directory() -> Directory:
    """Return the shipped directory. Raises BadRecord when a file of it is damaged."""
    return load_directory()
