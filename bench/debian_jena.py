"""Debian's Jena (libapache-jena-java) as a class path that works."""

from __future__ import annotations

import zipfile
from pathlib import Path

JAVA = Path("/usr/share/java")
#: What Debian's package needs; it does not list it itself.
_JARS = """jena-arq jena-base jena-cmds jena-core jena-dboe-base jena-dboe-index jena-dboe-storage jena-dboe-trans-data
jena-dboe-transaction jena-iri jena-shacl jena-tdb jena-tdb2 jena-rdfconnection commons-cli commons-codec commons-compress
commons-csv commons-io commons-lang3 dexx.collection gson guava failureaccess httpclient httpcore jackson-core
jackson-databind jackson-annotations jsonld-java protobuf slf4j-api slf4j-nop libthrift thrift titanium-json-ld""".split()
_MESSAGES = "org/apache/jena/ext/"


def class_path(folder: Path) -> str:
    """Debian's jars; Jena's copy of Xerces looks for its messages where that package does not put them."""
    with zipfile.ZipFile(JAVA / "jena-core.jar") as core:
        for name in core.namelist():
            if name.startswith(f"{_MESSAGES}xerces/") and not name.endswith(("/", ".class")):
                path = folder / "messages" / name.removeprefix(_MESSAGES)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(core.read(name))
    jars = (JAVA / f"{name}.jar" for name in _JARS)
    return ":".join([str(folder / "messages"), *(str(path) for path in jars if path.exists())])
