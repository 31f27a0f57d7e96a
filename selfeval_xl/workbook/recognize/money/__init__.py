"""Readers of money: blocks of funds in all their shapes, lines of a budget, and how the money was managed."""
