"""Networks: edges that a projection's query gives, as a networkx graph, and what can be measured of it.

A network is a `networkx.MultiDiGraph`. Its attributes, all plain values that any file format can hold or list:

- graph: `projection`, `title`, `filters` (name: text), `version` (date of the data), `content` (hash of the build),
  `sources` (number: title), `passages` (citation: {"source", "locator"}), `countries` (code: name), `isolates` (how many
  things of the projection's kinds have no edge; 0 where filters are on), `caveats` (sentences to print with every result).
- node, by its compact path such as `org/inpud`: `iri`, `label`, `short` (an acronym where there is one), `kind`
  (organisation, person, event, publication, country, region, place, theme, provision, position, figure), `type` (what kind of
  organisation and so on, "" if unknown), `countries` (a list of ISO 3166 alpha-2 codes), `start` and `end` (ISO dates, absent
  where unknown: the earliest day that a founding, event or issue can have, and the latest of a dissolution or event),
  `begun_by` (the latest day that its beginning can have).
- edge, its key the kind: `kind` (`partner`, `leader`, `shared-people` …), `label`, `group` (link, membership, participation,
  contribution, on-behalf-of, mention, property, shared-people, shared-organisations, shared-events, shared-publications),
  `weight` (how many things are shared; 1 for what is stated), `directed`, `certainty` (explicit or implied), `disputed`,
  `start`, `end` and `begun_by` (ISO dates, absent where unknown; no edge starts before both its ends do, and what belongs
  to an event ends with it), `via` (names of what is
  shared, with the parts taken in it), `citations` (keys of `passages`, sorted). An edge without direction runs from the node
  whose name sorts first.
"""

from .catalogue import MEASURES, Measure
from .core import core
from .filters import Filters
from .growth import growth
from .measures import measure
from .paths import ego, paths
from .projections import PROJECTIONS, Projection, caveats, project
from .simple import simple

__all__ = [
    "MEASURES",
    "PROJECTIONS",
    "Filters",
    "Measure",
    "Projection",
    "caveats",
    "core",
    "ego",
    "growth",
    "measure",
    "paths",
    "project",
    "simple",
]
