-- the members of a group with the codes of the table

-- {part!r} is not a code of the table
select line, 'members' as field, part
from countries, lateral (select unnest(string_split(members, ';')) as part)
where part <> '' and part not in (select code from countries)
order by line;
