"""What banks tell the desk and what the desk tells them."""
