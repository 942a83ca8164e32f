"""Interactive maps of the network as single HTML files that work offline."""
