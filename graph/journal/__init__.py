"""The truth: accepted sheets as immutable files, and a journal of what was done with them."""
