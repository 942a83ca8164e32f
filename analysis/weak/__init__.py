"""Weak grids 薄弱网格: verdicts, their reasons, and the least that would change them."""
