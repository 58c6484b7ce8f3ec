"""Pictures in a real browser: what a reader would see, measured there."""
