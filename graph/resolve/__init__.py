"""From datasets to the wanted graph: which rows are one thing, and how things are tied."""
