"""The demonstration's photographs; ``samples/LICENCES.md`` says whose they are."""

from importlib.resources import files

LISTED = "coffee.jpg"
ALTERED_COPY = "coffee-copy.jpg"
SCREENSHOT = "coffee-screenshot.jpg"
UNRELATED = "chelsea.jpg"


def sample(name: str) -> bytes:
    """Return the bytes of a sample photograph."""
    return files("staydown.cli").joinpath("samples", name).read_bytes()


def sample_folder() -> str:
    """Return where the photographs lie, for a person who wants to pick one in a browser."""
    return str(files("staydown.cli").joinpath("samples"))
