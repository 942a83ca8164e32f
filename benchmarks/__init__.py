"""Measurements of the whole way, on a synthetic city of any size."""
