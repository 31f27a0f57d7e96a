"""Workbooks as files, from a stranger's package to a form that was read, and back into the file.

What all that follows speaks lies here: ``references`` and ``number_format`` (how a cell is called and what it shows),
``stored`` (what it can hold), ``links`` (where a formula reaches), ``grid`` (the cells of a sheet, whatever made the
file), ``edits`` (what is to change); and ``saving``, which puts a file on the disk.  Then, each from those before it:

- ``opening``: the package under a workbook, opened as if it were hostile;
- ``reading``: a sheet of it as a grid; so of the old formats;
- ``formulas``: what a formula gives, worked out over the grids;
- ``writing``: a workbook changed in place (``patch`` is its door);
- ``recognize``: an official form of anybody's making, known by its labels.
"""
