"""Hypothesis without its stopwatch: how long an example takes says nothing about the law."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
