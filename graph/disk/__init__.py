"""Files and folders of a home: locks, and writes that are whole or not at all."""
