"""One module per question or stage: read, compute, write."""
