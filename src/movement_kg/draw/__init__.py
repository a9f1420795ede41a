"""Pictures of networks and files for other programs: one map for all of them."""

from .drawing import Drawing
from .formats import FORMATS, PICTURES, csv_tables, write
from .network import Network
from .places import places, sizes

__all__ = ["FORMATS", "PICTURES", "Drawing", "Network", "csv_tables", "places", "sizes", "write"]
