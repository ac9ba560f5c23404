"""`python -m fazri_lib.cli` is `fazri`."""

from fazri_lib.cli.program import main

main()
