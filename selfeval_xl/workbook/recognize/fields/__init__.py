"""Readers of what stands outside the tables: fields by their labels (``labelled``), ``years``, ``grades``,
``goals``."""
