-- months, quarters and halves with the longer period they lie in

-- {run} to {value:,.15g} ({sources}), but {period} is {whole:,.15g} ({source})
with inside as (
  select w.file, w.line, w as whole, p as part
  from over_time w join over_time p using (file, before, after, year)
  where w.first_month <= p.first_month and p.last_month <= w.last_month
    and (w.first_month, w.last_month) <> (p.first_month, p.last_month) and not w.stock
), covers as (
  select *, part.frequency as cover from inside
  where part.frequency in ('monthly', 'quarterly', 'half')
  union all
  -- January to some month, and the months after it
  select p.*, i.part.period
  from inside i join inside p using (file, line)
  where i.part.first_month = i.whole.first_month and i.part.last_month > i.part.first_month
    and (p.part.period = i.part.period
      or (p.part.frequency = 'monthly' and p.part.first_month > i.part.last_month))
), sums as (
  select cover, any_value(whole) as whole, sum(part.value) as value, sum(part.low) as low,
    sum(part.high) as high, listed(list(part.source order by part.last_month)) as sources,
    sum(part.last_month - part.first_month + 1) as months,
    list(part.period order by part.last_month) as names
  from covers group by file, line, cover
)
select whole.file, whole.line, whole.before || whole.period || whole.after as cell,
  if(len(names) = 1, names[1] || ' comes',
    names[1] || ' to ' || names[-1] || ' (' || len(names) || ' figures) come') as run,
  value, sources, whole.period, whole.value as whole, whole.source,
  value / nullif(whole.value, 0) - 1 as gap,
  -- figures of one source may be apart by its revisions, but those of one data set are of one state
  if(sources = whole.source and coalesce(kind, '') <> 'dataset', revised(), slack()) as part
from sums left join sources on source_id = whole.source
where above(sums, whole, part)
  or (months = whole.last_month - whole.first_month + 1 and apart(sums, whole, part))
qualify row_number() over (partition by whole.file, whole.line
  order by list_position(['monthly', 'quarterly', 'half'], cover) nulls last, len(names)) = 1;

-- {value:,.15g} ({source}) is less than half of its months' part of {whole:,.15g} in {year}
-- ({year_source})
select p.file, p.line, p.value, p.source, w.value as whole, w.source as year_source, p.year,
  p.value / (w.value * p.last_month / 12) - 1 as gap,
  p.before || p.period || p.after || ':part' as cell
from over_time p join over_time w using (file, before, after, year)
where p.first_month = 1 and p.last_month between 6 and 11 and w.frequency = 'annual'
  and not p.stock and w.value >= w.floor
  and p.high < w.low * p.last_month / 24;
