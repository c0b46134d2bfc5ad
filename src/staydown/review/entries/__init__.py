"""The entries that banks list, as the desk finds them: in memory, on disk, and in their rows."""
