"""What a command says when its database is in trouble."""

from staydown.base.trouble import Trouble, trouble_of

_SAFE = "Nothing is half saved."

_WORDS = {
    Trouble.BUSY: "the database is busy: another program holds it. "
    f"{_SAFE} Run the command again in a minute",
    Trouble.FULL: "there is no space left for the database. "
    f"{_SAFE} Make room on its disk, then run the command again",
    Trouble.READ_ONLY: "the database can be read but not changed. "
    f"{_SAFE} Check who may write to it, then run the command again",
    Trouble.BROKEN: "the database cannot be opened, or its disk fails. "
    f"{_SAFE} Check the disk and the file, then run the command again",
    Trouble.AWAY: "the database does not answer. "
    f"{_SAFE} Check that it runs and that the settings name it, then run the command again",
}


def words_for(error: Exception) -> str | None:
    """Return what to tell the operator, if ``error`` is a database in trouble."""
    trouble = trouble_of(error)
    return None if trouble is None else _WORDS[trouble]
