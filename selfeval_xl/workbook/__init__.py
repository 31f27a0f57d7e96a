"""Workbooks as files: from an untrusted file to its cells and the form in them, and changes back into the file.

The modules here are the common vocabulary: ``references`` (A1 references), ``number_format`` (what a cell shows),
``stored`` (what it can hold), ``links`` (formulas that reach outside), ``grid`` (the cells of a sheet, from any file
format), ``edits`` (changes to be made), ``saving`` (putting a file on the disk safely).  The folders, in order of use:

- ``opening``: opens the zip package under a workbook as if it were hostile;
- ``reading``: reads its sheets as grids, those of .xls and .ods files too;
- ``formulas``: works out what formulas give, from the grids;
- ``recognize``: finds an official form in the grids by its labels;
- ``writing``: changes a workbook in place (entry point: ``patch``).
"""
