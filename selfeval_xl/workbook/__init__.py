"""Workbooks as files: opening a stranger's file safely, reading its cells, working out its formulas, patching it."""
