"""Where to turn: helplines, hash banks, hotlines, regulators, reading. See README.md."""
