"""The store: one home, one network; import, history, backup."""
