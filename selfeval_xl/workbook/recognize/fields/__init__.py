"""Readers of what stands beside the tables: labelled fields, years, grades and goals."""
