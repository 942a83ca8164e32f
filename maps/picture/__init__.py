"""The picture of a network: what is on it, where it stands, and what its panel says."""
