"""Pack lib/bullseye into a zip whose bytes depend on nothing but its files."""

import os
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The earliest time that the zip format knows: the same for every file of every build.
TIMESTAMP = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    """Write the zip to dist/ and print its path."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    target = ROOT / "dist" / f"bullseye-{version}.zip"
    target.parent.mkdir(exist_ok=True)
    # A build beside this one, or a job that is reading the zip, must never see half a file.
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with zipfile.ZipFile(draft, "w") as archive:
        for path in sorted((ROOT / "lib" / "bullseye").rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                entry = zipfile.ZipInfo(path.relative_to(ROOT / "lib").as_posix(), TIMESTAMP)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    draft.replace(target)
    print(target)


if __name__ == "__main__":
    main()
