"""The texts of the letters and of the sentences in them, one folder for each language."""
