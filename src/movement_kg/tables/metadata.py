"""The metadata of the tables (`csv-metadata.json`): the only mapping from columns to properties.

Of "Metadata Vocabulary for Tabular Data" (W3C, 2015) this reads: aboutUrl, propertyUrl, valueUrl, datatype (base, format),
lang, required, suppressOutput, virtual columns and the dialect's delimiter and commentPrefix. Five annotations are ours:
`opaque`, `opaqueColumn`, `onlyIfUsed`, `languageColumn` and the datatype `edtf`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import RequestError
from ..vocabulary import MK

METADATA = "csv-metadata.json"


@dataclass(frozen=True)
class Column:
    """One column of a table, as the metadata describes it."""

    name: str
    property_url: str | None = None
    value_url: str | None = None
    about_url: str | None = None
    base: str = "string"
    format: str | None = None
    is_edtf: bool = False
    lang: str | None = None
    language_column: str | None = None
    required: bool = False
    suppressed: bool = False
    virtual: bool = False
    description: str = ""


@dataclass(frozen=True)
class Table:
    """A table: its file name, the template of its rows' IRIs and its columns."""

    url: str
    about_url: str | None
    columns: tuple[Column, ...]
    opaque: bool = False
    opaque_column: str | None = None
    only_if_used: bool = False
    delimiter: str = ","
    comment_prefix: str | None = None
    description: str = ""

    @property
    def name(self) -> str:
        """The table's name: its file's up to the first dot."""
        return self.url.partition(".")[0]

    @property
    def written_columns(self) -> tuple[Column, ...]:
        """The columns that stand in the file."""
        return tuple(column for column in self.columns if not column.virtual)

    @property
    def defines_things(self) -> bool:
        """Whether a row of the table brings a thing into being, and does not only speak of one."""
        return self.about_url is not None and "{+" not in self.about_url

    @property
    def holds_claims(self) -> bool:
        """Whether the table's rows cite passages."""
        return any(column.name == "cite" for column in self.columns)


def read_metadata(folder: Path) -> tuple[Table, ...]:
    """The tables that the folder's CSVW metadata describes, in its order.

    Raises RequestError where the file is missing or no JSON.
    """
    path = folder / METADATA
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise RequestError(f"{path}: not found; a data folder holds the tables and {METADATA}") from None
    except ValueError as error:
        raise RequestError(f"{path}: not JSON: {error}") from None
    try:
        return tuple(_table(described) for described in document["tables"])
    except (KeyError, TypeError, AttributeError) as error:
        raise RequestError(f"{path}: describes no tables as CSVW metadata does (at {error})") from None


def _table(described: Mapping[str, Any]) -> Table:
    schema, dialect = described["tableSchema"], described.get("dialect", {})
    return Table(
        url=described["url"],
        about_url=schema.get("aboutUrl"),
        columns=tuple(map(_column, schema["columns"])),
        opaque=described.get(MK + "opaque", False),
        opaque_column=described.get(MK + "opaqueColumn"),
        only_if_used=described.get(MK + "onlyIfUsed", False),
        delimiter=dialect.get("delimiter", ","),
        comment_prefix=dialect.get("commentPrefix"),
        description=described.get("dc:description", ""),
    )


def _column(described: Mapping[str, Any]) -> Column:
    datatype = described.get("datatype", "string")
    detail: Mapping[str, Any] = datatype if isinstance(datatype, dict) else {"base": datatype}
    return Column(
        name=described["name"],
        property_url=described.get("propertyUrl"),
        value_url=described.get("valueUrl"),
        about_url=described.get("aboutUrl"),
        base=detail.get("base", "string"),
        format=detail.get("format"),
        is_edtf=detail.get("@id") == MK + "edtf",
        lang=described.get("lang"),
        language_column=described.get(MK + "languageColumn"),
        required=described.get("required", False),
        suppressed=described.get("suppressOutput", False),
        virtual=described.get("virtual", False),
        description=described.get("dc:description", ""),
    )
