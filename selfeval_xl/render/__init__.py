"""What is to be written into a workbook, as Edits.

- from an Assessment: each computed cell with formula and value (:mod:`.values`), findings as rows, notes and colours
  (:mod:`.findings`), row heights (:mod:`.heights`), all put together by :mod:`.edits`;
- from the entries of a data file: the cells that they go to (:mod:`.inputs`), formulas of tie-outs (:mod:`.equals`);
- and where a workbook differs from what its formulas should give (:mod:`.deviations`, :mod:`.tied`).
"""
