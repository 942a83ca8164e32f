"""How an area hangs together with the others: definition, fast engine, columns for researchers."""
