"""The HTTP interface and the planner's page."""
