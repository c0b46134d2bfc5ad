"""When a legal time limit runs out, for the one who must act and for the one who waits. Pure."""
