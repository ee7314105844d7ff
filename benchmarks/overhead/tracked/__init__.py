"""What asv measures: whether the library itself has become slower from commit to commit."""
