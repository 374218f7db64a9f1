"""Options of the command `bullseye`, what the shell completes, and which deployment is meant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bullseye.errors import BullseyeError, SettingsError
from bullseye.settings import Settings
from bullseye.suite import contracts, load_settings


def _deployments(incomplete: str) -> list[str]:
    """Folders of settings below the current one, for the shell's completion."""
    folders = sorted(str(path.parent) for path in Path().glob("conf/*/deployment.yaml"))
    return [name for name in folders if name.startswith(incomplete)]


def table_names(context: typer.Context, incomplete: str) -> list[str]:
    """Names of tables, for the shell's completion."""
    try:
        names = contracts(settings_of(context.params.get("deployment")))
    except BullseyeError:
        return []
    return sorted(name for name in names if name.startswith(incomplete))


Deployment = Annotated[
    Path | None,
    typer.Option(
        envvar="BULLSEYE_DEPLOYMENT",
        autocompletion=_deployments,
        help="Folder of the deployment's settings, such as conf/retail; default: the only one in ./conf.",
    ),
]

Newest = Annotated[
    bool, typer.Option("--newest", help="The newest version of the table, also where a release shows an older one.")
]


def settings_of(deployment: Path | None, overrides: dict[str, str] | None = None) -> Settings:
    """The settings of the folder given, or of the only one."""
    return load_settings(deployment or only_deployment(), overrides)


def only_deployment() -> Path:
    """The one folder of settings in ./conf; raises SettingsError where there is none, or several."""
    folders = _deployments("")
    if len(folders) == 1:
        return Path(folders[0])
    say = f"there are {', '.join(folders)}" if folders else "there is none in ./conf"
    raise SettingsError(f"which deployment? {say}; name one: --deployment conf/NAME, or export BULLSEYE_DEPLOYMENT")
