"""The desk's site: the upload gate for the platform's systems, the console for its moderators."""
