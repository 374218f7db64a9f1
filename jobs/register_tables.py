"""Register the newest release in the cluster's catalog: see bullseye.serving.catalog."""

from bullseye.cli.register import main_register

if __name__ == "__main__":
    main_register()
