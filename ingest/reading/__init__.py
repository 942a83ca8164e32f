"""From files to datasets: tables found, kinds guessed, rows read."""
