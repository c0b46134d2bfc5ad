"""What a platform has already: uploads that were allowed, and its back catalogue."""
