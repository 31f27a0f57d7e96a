"""From an Assessment to what stands in the workbook: each computed cell's formula and value, notes, marks, findings."""
