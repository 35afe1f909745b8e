"""Reads that put the register, the roll and the log together. Changes nothing."""
