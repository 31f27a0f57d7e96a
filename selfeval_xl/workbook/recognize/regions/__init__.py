"""Readers of money that was shared out: by regions down the side or along the top, for one purpose or several."""
