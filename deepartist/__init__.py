"""DeepArtist: recipes in Markdown become paintings. This package is the painting core; it never imports mkdocs."""

__version__ = "0.1.0"
