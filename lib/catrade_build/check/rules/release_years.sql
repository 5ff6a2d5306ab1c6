-- a figure of a yearly table with the year before, which the table has by its own account

-- {source} has {before} too, by its own account, but only {year} of it is stored
with used as (
  select n.*, (n.period::int - 1)::text as before
  from newest n join yearly_releases y on y.source_id = n.source
  where length(n.period) = 4 and n.period::int between first_year + 1 and last_year
)
select 'trade.csv' as file, line, source, period as year, before,
  concat_ws('-', reporter, partner, period, flow) || ':' || source as cell
from used u
where not exists (
    from trade t where t.flow = u.flow and t.period = before
      and (t.reporter, t.partner, t.source_id) = (u.reporter, u.partner, source))
  -- a total is there as the sum of its flows
  and not (flow = 'total' and 2 = (
    select count(distinct t.flow) from trade t where t.flow <> 'total' and t.period = before
      and (t.reporter, t.partner, t.source_id) = (u.reporter, u.partner, source)));
