"""Whole cities through the command line, against a calculation that knows only the definitions."""
