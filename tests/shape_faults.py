"""A small valid graph, and a planted fault for every rule of ontology/shapes.ttl and every constraint under it.

A fault is a heading and a difference from the graph: `-` takes a statement away, `+` adds one. The heading names the
rule, the constraint that is to find it, after `with` a rule that cannot but break as well, and after a colon what is
particular.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: The prefixes of graphs and shapes that are made up for one construct.
TINY = """
@prefix ex: <https://a.example/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
PREFIXES = """
@prefix mk: <https://w3id.org/movement-kg/ontology/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix basis: <https://w3id.org/movement-kg/concept/basis/> .
@prefix comparator: <https://w3id.org/movement-kg/concept/comparator/> .
@prefix event-kind: <https://w3id.org/movement-kg/concept/event-kind/> .
@prefix link-kind: <https://w3id.org/movement-kg/concept/link-kind/> .
@prefix measure: <https://w3id.org/movement-kg/concept/measure/> .
@prefix mention-kind: <https://w3id.org/movement-kg/concept/mention-kind/> .
@prefix organisation-kind: <https://w3id.org/movement-kg/concept/organisation-kind/> .
@prefix place-kind: <https://w3id.org/movement-kg/concept/place-kind/> .
@prefix provision-kind: <https://w3id.org/movement-kg/concept/provision-kind/> .
@prefix provision-state: <https://w3id.org/movement-kg/concept/provision-state/> .
@prefix publication-kind: <https://w3id.org/movement-kg/concept/publication-kind/> .
@prefix region-kind: <https://w3id.org/movement-kg/concept/region-kind/> .
@prefix role: <https://w3id.org/movement-kg/concept/role/> .
@prefix scope: <https://w3id.org/movement-kg/concept/scope/> .
@prefix stance: <https://w3id.org/movement-kg/concept/stance/> .
@prefix theme: <https://w3id.org/movement-kg/concept/theme/> .
@prefix unit: <https://w3id.org/movement-kg/concept/unit/> .
"""

BASE = f"""
x:country a mk:Country ; skos:prefLabel "A country"@en , "Un pays"@fr .
x:region a mk:Region ; skos:prefLabel "A region"@en ; mk:regionKind region-kind:as-printed .
x:town a mk:Place ; skos:prefLabel "A town"@en ; dcterms:type place-kind:town ; mk:within x:country .
x:language a dcterms:LinguisticSystem .

x:y2000 a mk:Date ; mk:edtf "2000" ; mk:earliest "2000-01-01"^^xsd:date ; mk:latest "2000-12-31"^^xsd:date .
x:y2006 a mk:Date ; mk:edtf "2006" ; mk:earliest "2006-01-01"^^xsd:date ; mk:latest "2006-12-31"^^xsd:date .
x:a-day a mk:Date ; mk:edtf "2006-11-01" ; mk:earliest "2006-11-01"^^xsd:date ; mk:latest "2006-11-01"^^xsd:date .

x:org a org:Organization ;
    skos:prefLabel "An organisation"@en ;
    dcterms:type organisation-kind:network ;
    mk:scope scope:global ;
    mk:founded x:y2006 ; mk:registered x:y2006 ; mk:dissolved x:y2006 ;
    mk:place x:town ; mk:country x:country .
x:other a org:Organization ; skos:prefLabel "Another organisation"@en ; dcterms:type organisation-kind:ngo .

x:person a foaf:Person ;
    skos:prefLabel "A person"@en ;
    mk:basis basis:public-advocate ; mk:deceased true ; org:memberOf x:org .
x:fellow a foaf:Person ; skos:prefLabel "A fellow"@en ; mk:basis basis:public-work .

x:event a mk:Event ;
    dcterms:description "Something happened."@en ;
    dcterms:type event-kind:meeting ;
    mk:date x:a-day ; mk:organiser x:org ; mk:place x:town .
x:session a mk:Event ; dcterms:title "A session"@en ; dcterms:type event-kind:session .

x:work a mk:Publication ;
    dcterms:title "A work"@en ;
    dcterms:type publication-kind:report ;
    mk:issued x:y2006 ; dcterms:language x:language ; dcterms:isPartOf x:series ; mk:number 1 .
x:series a mk:Publication ; skos:prefLabel "A series"@en ; dcterms:type publication-kind:film-series .
x:source a mk:Source , mk:Publication ; dcterms:title "A source"@en ; dcterms:type publication-kind:web-page .

x:membership a org:Membership ;
    org:member x:person ; org:organization x:org ; org:role role:board-member ;
    mk:start x:y2006 ; mk:end x:a-day .
x:participation a mk:Participation ; mk:event x:event ; mk:agent x:person ; mk:role role:speaker .
x:contribution a mk:Contribution ; mk:publication x:work ; mk:agent x:org ; mk:role role:author .
x:link a mk:Link ; mk:from x:org ; mk:to x:other ; dcterms:type link-kind:partner .
x:mention a mk:Mention ;
    mk:thing x:org ; mk:work x:work ; mk:mentionedAs mention-kind:named ; mk:order 1 ; mk:printedDate x:y2006 .

x:provision a mk:Provision ;
    dcterms:description "A service for all."@en ;
    dcterms:type provision-kind:service ;
    mk:jurisdiction x:country ; mk:theme theme:needle-exchange ; mk:state provision-state:in-place .
x:figure a mk:Figure ;
    dcterms:description "How many are members."@en ;
    mk:subject x:org ; mk:measure measure:members ; mk:unit unit:person ; mk:comparator comparator:exactly ;
    mk:value 10.0 ; mk:upperValue 20.0 .
x:position a mk:Position ;
    dcterms:description "The law has to change."@en ;
    mk:holder x:org ; mk:stance stance:demands-that ; mk:about x:country .
x:conviction a mk:Position ;
    dcterms:description "Exchange of needles saves lives."@en ;
    mk:holder x:person ; mk:stance stance:observes ; mk:theme theme:needle-exchange .

x:claim a mk:Claim ;
    rdf:subject x:org ; rdf:predicate mk:founded ; rdf:object x:y2006 ;
    mk:citation x:citation ; mk:certainty mk:explicit ; mk:status mk:accepted .
x:citation a mk:Citation ; dcterms:source x:source ; mk:digest "{"0f" * 32}" ; oa:hasSelector x:selector .
x:selector a oa:TextPositionSelector ; oa:start 0 ; oa:end 40 .
"""

FAULTS = f"""
MK101 minCount
- x:org skos:prefLabel "An organisation"@en .

MK101 minCount: country
- x:country skos:prefLabel "A country"@en , "Un pays"@fr .

MK102 uniqueLang
+ x:event skos:prefLabel "A name"@en , "A second name"@en .

MK110 minCount
- x:org dcterms:type organisation-kind:network .

MK110 maxCount
+ x:org dcterms:type organisation-kind:union .

MK111 sparql
- x:org dcterms:type organisation-kind:network .
+ x:org dcterms:type event-kind:meeting .

MK112 sparql
- x:org mk:scope scope:global .
+ x:org mk:scope event-kind:meeting .

MK113 class
- x:org mk:founded x:y2006 .
+ x:org mk:founded "2006" .

MK114 class
- x:org mk:dissolved x:y2006 .
+ x:org mk:dissolved x:event .

MK115 class
- x:org mk:registered x:y2006 .
+ x:org mk:registered x:event .

MK116 class
- x:org mk:place x:town .
+ x:org mk:place x:event .

MK117 class
- x:org mk:country x:country .
+ x:org mk:country x:region .

MK120 minCount
- x:event dcterms:type event-kind:meeting .

MK120 maxCount
+ x:event dcterms:type event-kind:protest .

MK121 sparql
- x:event dcterms:type event-kind:meeting .
+ x:event dcterms:type place-kind:town .

MK122 class
- x:event mk:date x:a-day .
+ x:event mk:date "2006-11-01"^^xsd:date .

MK123 class
- x:event mk:organiser x:org .
+ x:event mk:organiser x:work .

MK124 class
- x:event mk:place x:town .
+ x:event mk:place x:org .

MK125 or
- x:event dcterms:description "Something happened."@en .

MK130 minCount
- x:work dcterms:type publication-kind:report .

MK130 maxCount
+ x:work dcterms:type publication-kind:letter .

MK131 sparql
- x:work dcterms:type publication-kind:report .
+ x:work dcterms:type event-kind:meeting .

MK132 class
- x:work mk:issued x:y2006 .
+ x:work mk:issued x:event .

MK133 class
- x:work dcterms:language x:language .
+ x:work dcterms:language "en" .

MK134 class
- x:work dcterms:isPartOf x:series .
+ x:work dcterms:isPartOf x:event .

MK135 datatype
- x:work mk:number 1 .
+ x:work mk:number "one" .

MK135 datatype: the text is none of its datatype
- x:work mk:number 1 .
+ x:work mk:number "one"^^xsd:integer .

MK135 maxCount
+ x:work mk:number 2 .

MK136 or
- x:work dcterms:title "A work"@en .

MK137 sparql
+ x:series dcterms:isPartOf x:work .

MK137 sparql: at once
+ x:source dcterms:isPartOf x:source .

MK138 minCount
- x:town dcterms:type place-kind:town .

MK138 maxCount
+ x:town dcterms:type place-kind:territory .

MK139 sparql
- x:town dcterms:type place-kind:town .
+ x:town dcterms:type event-kind:meeting .

MK140 closed
+ x:person mk:place x:town .

MK140 closed: where nothing of the model would object
+ x:fellow foaf:birthday "01-01" .

MK141 minCount
- x:fellow mk:basis basis:public-work .

MK142 in
- x:person mk:deceased true .
+ x:person mk:deceased "in 2006" .

MK142 maxCount
+ x:person mk:deceased false .

MK143 not
- x:figure mk:subject x:org .
+ x:figure mk:subject x:person .

MK144 not
+ x:position mk:about x:person .

MK145 sparql
- x:conviction mk:theme theme:needle-exchange .
+ x:conviction mk:theme theme:covid-19 .

MK145 sparql: one theme of two
+ x:conviction mk:theme theme:health .

MK146 sparql
- x:link mk:from x:org .
+ x:link mk:from x:person .

MK146 sparql: the other end
- x:link mk:to x:other .
+ x:link mk:to x:person .

MK150 minCount
- x:membership org:member x:person .

MK150 maxCount
+ x:membership org:member x:fellow .

MK150 class
- x:membership org:member x:person .
+ x:membership org:member x:other .

MK151 minCount
- x:membership org:organization x:org .

MK151 maxCount
+ x:membership org:organization x:other .

MK151 class
- x:membership org:organization x:org .
+ x:membership org:organization x:event .

MK152 minCount
- x:membership org:role role:board-member .

MK153 sparql
- x:membership org:role role:board-member .
+ x:membership org:role role:author .

MK154 minCount
- x:participation mk:event x:event .

MK154 maxCount
+ x:participation mk:event x:session .

MK154 class
- x:participation mk:event x:event .
+ x:participation mk:event x:org .

MK155 minCount
- x:participation mk:agent x:person .

MK155 maxCount
+ x:participation mk:agent x:org .

MK155 class
- x:participation mk:agent x:person .
+ x:participation mk:agent x:town .

MK156 minCount
- x:participation mk:role role:speaker .

MK157 sparql
- x:participation mk:role role:speaker .
+ x:participation mk:role role:board-member .

MK158 minCount
- x:contribution mk:publication x:work .

MK158 maxCount
+ x:contribution mk:publication x:series .

MK158 class
- x:contribution mk:publication x:work .
+ x:contribution mk:publication x:event .

MK159 minCount
- x:contribution mk:agent x:org .

MK159 maxCount
+ x:contribution mk:agent x:person .

MK159 class
- x:contribution mk:agent x:org .
+ x:contribution mk:agent x:town .

MK160 minCount
- x:contribution mk:role role:author .

MK161 sparql
- x:contribution mk:role role:author .
+ x:contribution mk:role role:speaker .

MK162 minCount
- x:link mk:from x:org .

MK162 maxCount
- x:link dcterms:type link-kind:partner .
+ x:link dcterms:type link-kind:part-of ; mk:from x:event .

MK163 minCount
- x:link mk:to x:other .

MK163 maxCount
- x:link dcterms:type link-kind:partner .
+ x:link dcterms:type link-kind:part-of ; mk:to x:event .

MK164 disjoint
- x:link mk:to x:other .
+ x:link mk:to x:org .

MK165 minCount
- x:link dcterms:type link-kind:partner .

MK165 maxCount
+ x:link dcterms:type link-kind:part-of .

MK166 sparql
- x:link dcterms:type link-kind:partner .
+ x:link dcterms:type event-kind:meeting .

MK167 sparql
- x:link mk:from x:org .
+ x:link mk:from x:event .

MK168 sparql
- x:link mk:to x:other .
+ x:link mk:to x:event .

MK170 minCount
- x:mention mk:thing x:org .

MK170 maxCount
+ x:mention mk:thing x:other .

MK171 minCount
- x:mention mk:work x:work .

MK171 maxCount
+ x:mention mk:work x:series .

MK171 class
- x:mention mk:work x:work .
+ x:mention mk:work x:event .

MK172 minCount
- x:mention mk:mentionedAs mention-kind:named .

MK172 maxCount
+ x:mention mk:mentionedAs mention-kind:listed .

MK173 datatype
- x:mention mk:order 1 .
+ x:mention mk:order 1.5 .

MK173 minInclusive
- x:mention mk:order 1 .
+ x:mention mk:order 0 .

MK173 maxCount
+ x:mention mk:order 2 .

MK174 class
- x:mention mk:printedDate x:y2006 .
+ x:mention mk:printedDate x:event .

MK180 minCount
- x:provision dcterms:type provision-kind:service .

MK180 maxCount
+ x:provision dcterms:type provision-kind:law .

MK181 sparql
- x:provision dcterms:type provision-kind:service .
+ x:provision dcterms:type event-kind:meeting .

MK182 minCount
- x:provision mk:jurisdiction x:country .

MK182 class
- x:provision mk:jurisdiction x:country .
+ x:provision mk:jurisdiction x:org .

MK183 minCount
- x:provision mk:theme theme:needle-exchange .

MK184 hasValue
- x:provision mk:state provision-state:in-place .
+ x:provision mk:state event-kind:meeting .

MK184 hasValue: none
- x:provision mk:state provision-state:in-place .

MK184 maxCount
+ x:provision mk:state event-kind:meeting .

MK185 minCount
- x:provision dcterms:description "A service for all."@en .

MK186 minCount
- x:figure mk:subject x:org .

MK186 maxCount
+ x:figure mk:subject x:other .

MK187 minCount
- x:figure mk:measure measure:members .

MK187 maxCount
+ x:figure mk:measure measure:delegates .

MK188 minCount
- x:figure mk:value 10.0 .

MK188 datatype
- x:figure mk:value 10.0 .
+ x:figure mk:value 10 .

MK189 minCount
- x:figure mk:unit unit:person .

MK189 maxCount
+ x:figure mk:unit unit:item .

MK190 minCount
- x:figure mk:comparator comparator:exactly .

MK191 lessThan
- x:figure mk:upperValue 20.0 .
+ x:figure mk:upperValue 5.0 .

MK191 lessThan: equal
- x:figure mk:upperValue 20.0 .
+ x:figure mk:upperValue 10.0 .

MK192 minCount
- x:figure dcterms:description "How many are members."@en .

MK193 minCount
- x:position mk:holder x:org .

MK194 minCount
- x:position mk:stance stance:demands-that .

MK194 maxCount
+ x:position mk:stance stance:warns .

MK195 minCount
- x:position dcterms:description "The law has to change."@en .

MK195 maxLength
- x:position dcterms:description "The law has to change."@en .
+ x:position dcterms:description "{"é" * 401}"@en .

MK196 or
- x:position mk:about x:country .

MK197 sparql
- x:membership mk:end x:a-day .
+ x:membership mk:end x:y2000 .

MK198 class
- x:town mk:within x:country .
+ x:town mk:within x:org .

MK199 minCount
- x:region mk:regionKind region-kind:as-printed .

MK199 maxCount
+ x:region mk:regionKind region-kind:m49 .

MK201 minCount
- x:claim mk:citation x:citation .

MK201 class
- x:claim mk:citation x:citation .
+ x:claim mk:citation x:source .

MK202 minCount
- x:claim mk:certainty mk:explicit .

MK202 maxCount
+ x:claim mk:certainty mk:implied .

MK202 in
- x:claim mk:certainty mk:explicit .
+ x:claim mk:certainty "explicit" .

MK203 minCount
- x:claim mk:status mk:accepted .

MK203 maxCount
+ x:claim mk:status mk:disputed .

MK203 in
- x:claim mk:status mk:accepted .
+ x:claim mk:status mk:explicit .

MK204 minCount
- x:claim rdf:subject x:org .

MK204 maxCount
+ x:claim rdf:subject x:other .

MK204 nodeKind
- x:claim rdf:subject x:org .
+ x:claim rdf:subject "an organisation" .

MK205 minCount
- x:claim rdf:predicate mk:founded .

MK205 maxCount
+ x:claim rdf:predicate mk:dissolved .

MK205 nodeKind
- x:claim rdf:predicate mk:founded .
+ x:claim rdf:predicate "founded" .

MK206 minCount
- x:claim rdf:object x:y2006 .

MK206 maxCount
+ x:claim rdf:object "2006" .

MK207 minCount
- x:citation dcterms:source x:source .

MK207 maxCount
+ x:source-2 a mk:Source ; dcterms:title "A second source"@en ; dcterms:type publication-kind:web-page .
+ x:citation dcterms:source x:source-2 .

MK207 class
- x:citation dcterms:source x:source .
+ x:citation dcterms:source x:work .

MK208 minCount
- x:citation mk:digest "{"0f" * 32}" .

MK208 maxCount
+ x:citation mk:digest "{"1e" * 32}" .

MK208 pattern
- x:citation mk:digest "{"0f" * 32}" .
+ x:citation mk:digest "{"0F" * 32}" .

MK209 minCount
- x:selector oa:start 0 .

MK209 maxCount
+ x:selector oa:start 2 .

MK209 datatype
- x:selector oa:start 0 .
+ x:selector oa:start 0.5 .

MK209 lessThan
- x:selector oa:start 0 .
+ x:selector oa:start 40 .

MK210 minCount
- x:y2006 mk:edtf "2006" .

MK210 maxCount
+ x:y2006 mk:edtf "2006/2007" .

MK211 lessThanOrEquals
- x:y2000 mk:earliest "2000-01-01"^^xsd:date .
+ x:y2000 mk:earliest "2001-01-01"^^xsd:date .

MK211 maxCount
+ x:y2000 mk:earliest "2000-01-02"^^xsd:date .

MK212 nodeKind
+ [ ] a skos:Concept .
"""


@dataclass(frozen=True)
class Fault:
    """One planted fault: what is taken from the valid graph and what is added to it, both in Turtle."""

    name: str
    rule: str
    constraint: str
    also: frozenset[str]
    removed: str
    added: str

    @property
    def namespace(self) -> str:
        """What the prefix x: stands for, so that all faults can lie in one graph."""
        return f"https://a.example/{re.sub('[^A-Za-z0-9]+', '-', self.name)}/"


def planted() -> list[Fault]:
    """Every fault of FAULTS."""
    return [_fault(block) for block in FAULTS.strip().split("\n\n")]


def _fault(block: str) -> Fault:
    heading, *lines = block.splitlines()
    match = re.fullmatch(r"(MK\d{3}) (\w+)(?: with (MK\d{3}))?(?:: .+)?", heading)
    assert match, f"no heading of a fault: {heading}"
    assert all(line.startswith(("- ", "+ ")) for line in lines), f"{heading}: a line begins with - or +"
    removed, added = ("\n".join(line[2:] for line in lines if line[0] == sign) for sign in "-+")
    return Fault(heading, match[1], match[2], frozenset(filter(None, [match[3]])), removed, added)
