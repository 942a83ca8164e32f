"""One table's rows: values to statements, kind by kind."""
