"""Register the newest release in the cluster's catalog: see bullseye.publish.catalog."""

from bullseye.cli.register import main_register

if __name__ == "__main__":
    main_register()
