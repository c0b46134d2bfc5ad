"""The private pages of one person or advocate: on their own machine, in memory, gone at the end."""
