"""Values of cells: texts, names, codes, dates and numbers, cleaned without repairing in silence."""
