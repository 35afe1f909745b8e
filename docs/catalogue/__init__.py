"""Writes the pages of docs/ that repeat what the code says, so that they can't say otherwise."""
