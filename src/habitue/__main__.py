"""python -m habitue is the habitue command."""

from habitue.cli import main

main()
