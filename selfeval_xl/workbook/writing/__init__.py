"""A workbook changed in place, with everything kept that isn't changed.

``patch`` is the entry point.  It works on a ``book`` (its zip ``parts``, and the ``cells`` of each sheet); the other
modules are one kind of change each: inserted rows (``grow``), whole sheets, notes, colour marks, styles, sums.
"""
