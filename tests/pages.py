"""What the pages of the documentation show: files, changes of files, commands, and words that are commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_FENCED = r"\n+```[a-z]+\n(?P<text>.*?)^```"
_FILE = re.compile(rf"^`(?P<path>[^`\n]+)`:{_FENCED}", re.MULTILINE | re.DOTALL)
_BELOW = re.compile(rf"^In `(?P<path>[^`\n]+)`, below `(?P<line>[^`\n]+)`:{_FENCED}", re.MULTILINE | re.DOTALL)
_CONSOLE = re.compile(r"^```console\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Command:
    """A command of a page, on one line and without its comment."""

    page: str
    text: str

    @property
    def words(self) -> list[str]:
        """The command's own words, without the variables before it."""
        return shlex.split(re.sub(r"^(?:[A-Z_]+=\S+ )+", "", self.text))


def pages() -> list[Path]:
    """README and every page that was written by hand."""
    written = [path for path in sorted((ROOT / "docs").rglob("*.md")) if path.parent.name != "reference"]
    return [ROOT / "README.md", *written]


def commands(page: Path) -> list[Command]:
    """Every command of the page's console blocks, in their order."""
    found = []
    for block in _CONSOLE.finditer(page.read_text(encoding="utf-8")):
        joined = re.sub(r"\\\n\s*", "", block["text"])
        found += [
            Command(str(page.relative_to(ROOT)), re.sub(r"\s+# .*$", "", line.removeprefix("$ ")).strip())
            for line in joined.splitlines()
            if line.startswith("$ ")
        ]
    return found


def code_in_prose(page: Path) -> Iterator[str]:
    """Every word or phrase that stands as code outside of blocks."""
    yield from _CODE.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))


def apply(page: Path, root: Path) -> list[str]:
    """Write the files that a page shows below `root`, and make its changes in files; returns their paths.

    "`x`:" before a block is the whole file x; "In `x`, below `line`:" puts the block after that line, which must stand
    in x once.
    """
    text = page.read_text(encoding="utf-8")
    done = []
    for match in _FILE.finditer(text):
        path = root / match["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(match["text"], encoding="utf-8")
        done.append(match["path"])
    for match in _BELOW.finditer(text):
        path = root / match["path"]
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        places = [number for number, line in enumerate(lines, start=1) if line.strip() == match["line"]]
        assert len(places) == 1, f"{page.name}: {match['line']!r} stands {len(places)} times in {match['path']}"
        lines[places[0] : places[0]] = match["text"]
        path.write_text("".join(lines), encoding="utf-8")
        done.append(match["path"])
    return done
