"""Matches of offers and needs: made, possible, and their next steps."""
