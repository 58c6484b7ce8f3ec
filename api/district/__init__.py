"""A synthetic district: plausible records of made-up teams, the same for the same seed.

It stands beside ``pdsa``, which knows no chance, and beside ``api.store``, which makes nothing up:
here are structs alone, each team from a random generator of its own.
"""

from api.district.shape import NAMES, SEED, YEAR, District, Holder, district

__all__ = ["NAMES", "SEED", "YEAR", "District", "Holder", "district"]
