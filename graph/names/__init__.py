"""Names of bodies and places: taken apart, compared, told apart."""
