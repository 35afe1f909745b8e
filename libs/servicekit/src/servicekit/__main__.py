"""`python -m servicekit`: the `rollbook` command, where no script is on the path."""

from servicekit.cli import main

main()
