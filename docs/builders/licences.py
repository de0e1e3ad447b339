"""Licences of all locked packages, and the bill of materials: `python -m docs.builders.licences [--sbom FILE]`.

A licence is read from the metadata of the installed package, as an SPDX expression. What is installed on other systems
only, or says nothing that can be read, stands in `STATED`, from the files of those projects.
"""

import argparse
import hashlib
import json
import re
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"
_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)==([^ \\;]+)(?:[ ;][^\\\n]*)?((?:\s*\\\n\s+--hash=sha256:[0-9a-f]+)*)", re.M)

COMPATIBLE = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "LLVM-exception", "MIT", "MIT-0",
     "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Zlib"}
)  # fmt: skip
"""Licences that packages may have beside Apache-2.0 without more being said; any other is named in NOTICE."""

STATED = {
    "access": "BSD-3-Clause",
    "appnope": "BSD-2-Clause",
    "beniget": "BSD-3-Clause",
    "colorama": "BSD-3-Clause",
    "docutils": "BSD-2-Clause AND GPL-3.0-or-later",  # public domain and BSD, one Emacs file under the GPL
    "gast": "BSD-3-Clause",
    "geopandas": "BSD-3-Clause",
    "graphemeu": "MIT",
    "platypus-opt": "GPL-3.0-only",
    "ply": "BSD-3-Clause",
    "pyogrio": "MIT",
    "pythran": "BSD-3-Clause",
}

_WORDS = {
    "apache": "Apache-2.0", "bsd": "BSD-3-Clause", "isc": "ISC", "mit": "MIT", "mozilla public license 2.0": "MPL-2.0",
    "mpl-2.0": "MPL-2.0", "psf": "PSF-2.0", "python software foundation": "PSF-2.0", "sil open font": "OFL-1.1",
    "2-clause bsd": "BSD-2-Clause", "bsd-2-clause": "BSD-2-Clause", "gnu general public": "GPL", "gpl": "GPL",
}  # fmt: skip


@dataclass(frozen=True)
class Package:
    """One line of the lock: name, version, SHA-256 of its files, licence as an SPDX expression or empty."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str

    @property
    def plain(self) -> bool:
        """Whether its licence is one of `COMPATIBLE`, or offers one."""
        if not self.licence:
            return False
        return any(
            all(term in COMPATIBLE for term in re.findall(r"[\w.-]+", choice) if term not in ("AND", "WITH"))
            for choice in self.licence.split(" OR ")
        )


def locked(lock: Path = LOCK) -> list[Package]:
    """All packages of the lock in its order."""
    return [
        Package(name, version, tuple(re.findall("sha256:([0-9a-f]+)", hashes)), licence_of(name))
        for name, version, hashes in _PACKAGE.findall(lock.read_text(encoding="utf-8"))
    ]


def licence_of(name: str) -> str:
    """Licence of a package as SPDX expression, empty if nothing is known."""
    if name in STATED:
        return STATED[name]
    try:
        metadata = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    stated = metadata.get("License-Expression") or ""
    if stated:
        return str(stated)
    field = (metadata.get("License") or "").strip()
    if re.fullmatch(r"[\w. -]+", field) and set(re.findall(r"[\w.-]+", field)) <= COMPATIBLE | {"AND", "OR", "WITH"}:
        return field
    classes = [one.split(" :: ")[-1] for one in metadata.get_all("Classifier") or [] if one.startswith("License")]
    found = sorted({spdx for text in (classes or [field.splitlines()[0] if field else ""]) for spdx in _spdx(text)})
    return " OR ".join(found) or _of_text(name)


def _spdx(text: str) -> list[str]:
    for words, spdx in sorted(_WORDS.items(), key=lambda item: -len(item[0])):
        if re.search(rf"\b{re.escape(words)}", text.lower()):
            return [spdx]
    return []


def _of_text(name: str) -> str:
    """Licence by the words of its file, for metadata that hold the copyright line only."""
    for file in distribution(name).files or ():
        if re.search(r"licen[cs]e|copying", file.name, re.IGNORECASE) and file.suffix in ("", ".txt", ".md", ".rst"):
            found = _spdx(" ".join(Path(str(file.locate())).read_text("utf-8", "replace").split())[:200])
            if found:
                return found[0]
    return ""


def bill(packages: Sequence[Package], lock: Path = LOCK) -> dict[str, Any]:
    """The bill of materials in CycloneDX 1.6: the same lock gives the same bytes."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "huitian-sim",
                "name": "huitian-sim",
                "licenses": [{"expression": "Apache-2.0"}],
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": _purl(package),
                "name": package.name,
                "version": package.version,
                "purl": _purl(package),
                "licenses": [{"expression": package.licence}] if package.licence else [],
                "properties": [{"name": "huitian:locked-file:sha256", "value": value} for value in package.hashes],
            }
            for package in packages
        ],
    }


def _purl(package: Package) -> str:
    return f"pkg:pypi/{re.sub('[-_.]+', '-', package.name).lower()}@{package.version}"


def main() -> None:
    """List the licences, or write the bill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sbom", type=Path, help="write the bill of materials (CycloneDX JSON) to this file")
    chosen = parser.parse_args()
    packages = locked()
    if chosen.sbom is None:
        for package in packages:
            print(f"{package.name:32} {package.version:16} {package.licence or '?'}{'' if package.plain else '  *'}")
        return
    chosen.sbom.parent.mkdir(parents=True, exist_ok=True)
    chosen.sbom.write_text(json.dumps(bill(packages), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(packages)} packages: {chosen.sbom}", file=sys.stderr)


if __name__ == "__main__":
    main()
