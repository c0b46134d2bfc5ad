"""Who listed what, who agrees, what was withdrawn. Never a picture, and no way to open one."""
