"""The law of the attendance register: codes, calendar, facts, decisions and rules.

Pure Python, standard library only: no I/O, no clock, no randomness. Times, calendars and identities
come in as arguments; facts and findings come out.
"""
