"""Files of entries: read as they come in, staged, and made into registers by a worker.

`receiving` takes an upload and `staging` its rows, with `csv_file` or `wonde_file` to read it and
`rows` to judge each row's form; `working` goes register by register, as `judging` decides and
`storing` stores; `clearing` tidies up.
"""
