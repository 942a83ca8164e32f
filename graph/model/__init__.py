"""Records, words and errors that every room shares."""
