"""What only a person can decide about who is who."""
