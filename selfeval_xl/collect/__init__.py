"""The bureau's intake; nothing is imported here, as each worker would hold it in memory for :mod:`.worker` alone."""
