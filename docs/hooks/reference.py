"""Adds the reference's pages to the site: each is generated from what the code declares."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from reference_pages import (
    api,
    commands,
    configuration,
    kinds,
    limits,
    metrics,
    public_api,
)

PAGES = {
    "reference/configuration.md": configuration.page,
    "reference/commands.md": commands.page,
    "reference/kinds.md": kinds.page,
    "reference/public-api.md": public_api.page,
    "reference/api.md": api.page,
    "reference/limits.md": limits.page,
    "reference/metrics.md": metrics.page,
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Called by mkdocs once a build, before it reads any page."""
    root = Path(config.config_file_path).parent
    for uri, page in PAGES.items():
        files.append(File.generated(config, uri, content=page(root)))
    return files
