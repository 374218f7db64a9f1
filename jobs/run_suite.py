"""Run the whole suite: from source files to one release of all tables and a report."""

from bullseye.cli.app import main_suite

if __name__ == "__main__":
    main_suite()
