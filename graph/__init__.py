"""The co-building network: records, identifiers, journal, resolution and store.

Importing this package opens nothing and loads no driver; see `graph.store.store.open_store`.
"""
