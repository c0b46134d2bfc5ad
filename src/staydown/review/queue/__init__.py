"""What waits for a person: uploads that matched, what belongs together, what was decided."""
