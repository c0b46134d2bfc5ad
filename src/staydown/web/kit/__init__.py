"""What every site is made with: pages, forms, guards, errors, headers, Django's settings."""
