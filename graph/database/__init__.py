"""The database: the way to it, what it enforces, what is read and written."""
