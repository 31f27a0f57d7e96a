"""What words of the field mean, wherever they stand: names, directions, money left over."""
