"""The `gongjian` command: one module per command; entrypoints parse, call, translate."""
