"""Readers of money allocated to regions, which stand down the side (``allocations``) or along the top (``along``),
perhaps with columns for each purpose (``purposes``)."""
