"""What everything may lean on: errors, the clock, canonical JSON, settings, the vocabulary."""
