"""The cells of a file as grids: ``sheet`` of a workbook of today, ``xls`` and ``ods`` of other formats."""
