"""Facts and law in, out comes where to write, what to say, and by when."""
