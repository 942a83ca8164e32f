"""From spreadsheets as they are to datasets: reading, cleaning, checking, reporting."""
