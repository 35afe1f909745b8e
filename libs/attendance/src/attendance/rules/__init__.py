"""What attendance amounts to: figures, and the thresholds that the law and guidance set on it.

A rule is dated terms and a function from a pupil's entries to findings with their evidence. Rules
raise no alert: `alerts` says what findings change in what was said before.
"""
