"""`python -m bullseye.console` is the command `bullseye`."""

from bullseye.console.command import main

if __name__ == "__main__":
    main()
