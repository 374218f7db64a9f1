"""Settings of one deployment: a folder of YAML and SQL, validated as a whole before Spark starts."""

from bullseye.settings.deployment import Deployment
from bullseye.settings.settings import Settings, Silver

__all__ = ["Deployment", "Settings", "Silver"]
