"""Results that many readers share: made once, then kept."""
