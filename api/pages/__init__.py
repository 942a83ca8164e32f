"""The server's own pages: what each shows, in both languages."""
