-- the goods that a series counts with the headings that there are

-- {hs!r} is no heading of the Harmonized System (hs_headings.csv has all)
select line, 'hs' as field, hs
from series
where hs <> '' and hs[:4] not in (select heading from hs_headings)
order by line;
