"""Extracts of the registers that a person asks for: to read, to print, to sign, to hand on.

`known` says as of when, `entries` reads. `month` and `certificate` lay out pages and `entry_lines`
the same as lines; `extracts` puts them together, `page` and `typeset` render what was laid out and
know no register, `answering` chooses the form. `census` and `daily_share` make figures and fields.
"""
