"""The co-building network at a day: who is tied to which area, and who to whom."""
