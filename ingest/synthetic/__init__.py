"""A synthetic city on the real division tree, written as the messy rosters of real life."""
