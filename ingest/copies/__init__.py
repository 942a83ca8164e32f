"""Workbooks given back: the report on the file itself, and the cleaned copy."""
