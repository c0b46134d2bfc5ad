"""Pages and JSON over the bank's and the desk's own interfaces."""
