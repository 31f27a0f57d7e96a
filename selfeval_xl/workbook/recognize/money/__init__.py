"""Readers of money: the block of ``funds`` as a table, as labels with figures (``pairs``), on its side (``crosswise``)
or within words (``inline``); lines of a ``budget``; and how the money was managed (``management``).

``changed`` tells a budget from its change; ``nesting``, ``across`` and ``sourced`` tell which amounts divide others.
"""
