"""Files to raw sheets: what stood in which cell, nothing interpreted yet."""
