"""How far a result holds while rosters have ties too many and too few."""
