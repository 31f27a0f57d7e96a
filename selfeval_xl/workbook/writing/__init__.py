"""A workbook changed in place, with everything kept that isn't changed.

``patch`` is the entry point.  It works on a ``book``: its zip ``parts`` (a sheet without the ``tail`` of its blank
rows), and the ``cells`` of each sheet (contents as ``values``).  One kind of change each are inserted rows (``grow``,
with ``sums``), whole ``sheets``, ``notes`` (drawn in ``vml``), colour ``marks`` and ``styles``.  ``ooxml`` parses and
writes the XML of all, ``measures`` tells how wide and high cells are.
"""
