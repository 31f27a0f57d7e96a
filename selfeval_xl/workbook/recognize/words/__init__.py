"""What words say by themselves, wherever they stand: labels and the vocabulary, figures, years, numbers, totals."""
