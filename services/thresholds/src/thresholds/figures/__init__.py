"""Figures of attendance: of a pupil, of a school by group and period, of many schools, of cohorts.

Read from the packed years and added up; which sessions count, and as what, is the law's.
"""
