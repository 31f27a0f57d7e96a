"""What stands in a workbook: of an Assessment each computed cell's formula and value, notes, marks and findings
(:mod:`.values`, :mod:`.edits`, :mod:`.findings`), of entries the cells that they go to (:mod:`.inputs`)."""
