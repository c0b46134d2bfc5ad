"""What every page carries so that it can neither leak nor be framed."""
