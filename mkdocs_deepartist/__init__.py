"""DeepArtist in MkDocs: blocks become figures. Never imports torch; only plugin.py and config.py import mkdocs."""
