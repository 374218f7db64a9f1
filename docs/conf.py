"""Sphinx's settings: the pages of this folder as a site that needs no network."""

project = "Bullseye"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
# A page may link to any heading of another, by the name that it gets on a code host too.
myst_heading_anchors = 3
highlight_language = "text"
# Two hyphens before an option are two hyphens.
smartquotes = False

html_theme = "furo"
html_title = "Bullseye"
html_theme_options = {"navigation_with_keys": True}
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_permalinks_icon = "#"
