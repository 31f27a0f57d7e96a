"""A workbook changed in place: ``patch`` is the door, ``book`` what is under change, the rest a kind of change each."""
