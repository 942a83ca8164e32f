"""Results on paper: the report and the workbooks."""
