"""The site: Sphinx with MyST and furo. `make docs` builds it; a warning is an error."""

from pygments.lexers.special import TextLexer

project = "signalcli"
author = "the authors of signalcli"
extensions = ["myst_nb"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "signalcli"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["site"]
html_css_files = ["tables.css"]
smartquotes = False  # "--flag" in a sentence is a flag, not a dash
myst_heading_anchors = 3
nb_execution_mode = "off"  # the notebooks hold their output; tests/docs executes them
pygments_style = "friendly"
pygments_dark_style = "monokai"


def setup(app):
    """Show blocks of languages that Pygments does not know as plain text, without a warning."""
    for name in ("crontab", "csv"):
        app.add_lexer(name, TextLexer)
