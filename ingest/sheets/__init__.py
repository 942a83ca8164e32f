"""What a sheet is: its headers, titles, contents, and layouts that were taught."""
