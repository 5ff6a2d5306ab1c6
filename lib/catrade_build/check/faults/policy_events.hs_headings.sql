-- the goods that a rule concerns with the headings that there are

-- {part!r} is no heading of the Harmonized System (hs_headings.csv has all)
select line, 'hits_goods' as field, part
from policy_events, lateral (select unnest(string_split(hits_goods, ';')) as part)
where part <> '' and part[:4] not in (select heading from hs_headings)
order by line;
