"""What a text says, decided by plain documented rules in English and Spanish; unsure is ``None``."""
