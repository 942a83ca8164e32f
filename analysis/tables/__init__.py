"""The diagnosis of an area in tables, under the five headings 五化."""
