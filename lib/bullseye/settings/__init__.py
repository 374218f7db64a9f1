"""Settings of one deployment: a folder of YAML and SQL, validated as a whole before Spark starts."""

from bullseye.settings.deployment import Deployment
from bullseye.settings.load import Settings, load_settings

__all__ = ["Deployment", "Settings", "load_settings"]
