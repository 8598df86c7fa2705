"""Review (审核): the rules of a catalogue on the reports of one form, for all units at once. `judge.judge` is its door.

Where each family lives; what is not here is enforced where the figure is made.

| rule | here | elsewhere |
|---|---|---|
| V01 sum of parts | relations | totals/unallocated.py: above the total is not filed, the rest is a finding |
| V02 subset | relations | |
| V03 range | ranges.py; `most` per tier is the soft V03-most | rows/figures.py: more places than the cell has |
| V04 ratio | stated.py; relations with the tolerance `half_unit` | agreement/published.py: what was published |
| V05 rate times persons | relations; rates and person-months are rows of a city's form | |
| V06 balance | relations with @-1 and the row 以前期更正 | |
| V07 distinct bounds | | persons/duplicates.py `impossible`, agreement/residual.py |
| V08 change | changes.py; V08-slip and V08-copy there, V08-far in sisters.py | |
| V09 target | relations of severity info; never rounded | |
| V10 bounds | compared/exact.py: only what fails for certain | counting/declared.py, totals/roll_up.py |
| V11 money scale | | model/records/kinds.py reads 万元, counting/declared.py keeps the scale |
| V12 period match | | rows/figures.py: the period is one of the form's; calendar/stated.py reads what a text states |
| V13 cumulative | changes.py; relations with @-S | |
| V14 implied denominator | stated.py | |
| V15 unlike units | | model/relations/soundness.py: no rule may add or equal them |
| V16 unit valid | | rows/check.py, sources/strays.py, link/accept.py |
| V17 age band | | persons/ages.py, counting/conditions.py `bands` |
| V18 missing | compared/relations.py lists what was not checked | rows/check.py, totals/roll_up.py: partial, n of m |
| V19 small cells | | disclosure/rounding.py |

Explanations (审核说明) of soft findings are judged in explanations.py.
"""
