-- the day on which a source was published with the day in its id

-- it was published {published}, but is named after {named}
with named as (
  select *, replace(published, '-', '') as day, replace(regexp_extract(
    source_id, '(19|20)\d\d(-?(0[1-9]|1[0-2])(-?[0-3]\d)?)?$'), '-', '') as named
  from sources where published <> ''
)
select 'sources.csv' as file, line, published, named, source_id as cell
from named
-- What is named after the year that it is on came later; a copy may be a few days older than its id.
where day[:4] < named[:4] or (length(named) = 8 and length(day) = 8 and abs(date_diff(
    'day', try_strptime(named, '%Y%m%d')::date, try_strptime(day, '%Y%m%d')::date)) > 31);
