"""Takes from package.json what describes the package: version, description, licence, keywords, addresses."""

import json
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class PackageJson(MetadataHookInterface):
    def update(self, metadata):
        package = json.loads((Path(self.root) / "src" / "uv_mre" / "package" / "package.json").read_text(encoding="utf-8"))
        for key in ("version", "description", "license", "keywords"):
            metadata[key] = package[key]
        metadata["urls"] = {
            "Homepage": package["homepage"],
            "Repository": package["repository"]["url"].removeprefix("git+"),
            "Issues": package["bugs"]["url"],
        }
