"""The cells of a file as grids: ``sheet`` reads today's workbooks, ``xls`` (with ``biff``, and ``unlocked`` for an
encrypted one that opens for everybody) and ``ods`` the others.

``sheet`` reads a whole sheet through ``rows``, or cut up by ``pieces``, which is quicker where many workbooks of one
template are read; ``shared`` has the strings and number formats that all sheets of a workbook share.
"""
