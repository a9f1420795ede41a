"""Validate GEXF files against the published schemas of GEXF 1.3, which are not copied here (see README.md beside this file).

python tests/gexf/validate.py FOLDER-OF-SCHEMAS FILE.gexf…
"""

import hashlib
import re
import sys
from pathlib import Path

from lxml import etree

HERE = Path(__file__).parent
MAIN, VIZ = "{http://gexf.net/1.3}", "{http://gexf.net/1.3/viz}"


def main(folder: str, *files: str) -> None:
    sums = re.findall(r"^\| (\S+) \| `([0-9a-f]{64})` \|$", (HERE / "README.md").read_text("utf-8"), re.MULTILINE)
    for name, digest in sums:
        if hashlib.sha256(Path(folder, name).read_bytes()).hexdigest() != digest:
            sys.exit(f"{folder}/{name} is another version than README.md names")
    grammar = etree.RelaxNG(etree.parse(Path(folder, "gexf.rng")))
    schema = etree.XMLSchema(etree.parse(Path(folder, "gexf.xsd")))
    for file in files:
        document = etree.parse(file)
        grammar.assertValid(document)
        for element in document.iter(f"{VIZ}*"):  # the schema expects them in the main namespace: see README.md
            element.tag = element.tag.replace(VIZ, MAIN)
        schema.assertValid(document)
        sys.stdout.write(f"{file}: valid by the published RELAX NG and XML Schema\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
