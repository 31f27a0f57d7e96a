"""Opening an untrusted file, up to its list of sheets and names; no cell is read yet.

From the outside in: ``zip`` and ``container`` (.xls, macros) know the file, ``archive`` its parts, ``markup`` the XML
of a part, and ``package`` what the parts together say of the workbook.
"""
