"""Kinds of sheet: the fields of each, how they are read, and what a row of it says."""
