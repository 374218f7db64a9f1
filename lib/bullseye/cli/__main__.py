"""`python -m bullseye.cli` is the command `bullseye`."""

from bullseye.cli.command import main

if __name__ == "__main__":
    main()
