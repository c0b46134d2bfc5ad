"""Every regular expression of the package, against texts made to slow it down."""
