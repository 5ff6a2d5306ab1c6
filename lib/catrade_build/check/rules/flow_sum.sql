-- exports and imports with the total, whichever sources publish them

-- {what} to {value:,.15g} dollars ({sources}), but the total is {total:,.15g} ({source})
with sums as (
  select any_value(w) as whole, count(*) as n, sum(p.value) as value, sum(p.low) as low,
    sum(p.high) as high, listed(list(p.source order by p.flow)) as sources
  from newest w join newest p using (reporter, partner, period)
  where w.flow = 'total' and p.flow <> 'total'
  group by w.line
)
select 'trade.csv' as file, whole.line, gap(sums, whole) as gap,
  concat_ws('-', whole.reporter, whole.partner, whole.period) as cell,
  if(n = 2, 'exports and imports come', 'one flow alone comes') as what,
  value, sources, whole.value as total, whole.source
from sums
where if(n = 2, apart(sums, whole, slack()), above(sums, whole, slack()));
