"""Pure analyses of one city's co-building network; no store, no clock, no web."""
