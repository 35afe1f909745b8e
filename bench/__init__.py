"""Benchmarks: Rollbook beside its own baselines, in one run on one machine. Never a test."""
