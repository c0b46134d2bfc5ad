"""What is known of laws, regimes, places, authorities and risks: one record a file."""
