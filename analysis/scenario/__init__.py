"""What if: the same city with ties, actors or offers changed."""
