"""The meaning of words of this field, for reading and checking alike: names, directions, money left unspent."""
