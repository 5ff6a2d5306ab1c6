-- what a country has with others with its trade with the world

-- its trade with {count} countries comes to {value:,.15g} dollars, most with {largest}, but that
-- with the world is {whole:,.15g} ({source})
with sums as (
  select any_value(w) as whole, count(*) as count, arg_max(p, p.value) as most,
    sum(p.value) as value, sum(p.low) as low, sum(p.high) as high
  from newest w join newest p using (reporter, flow, period)
  join countries c on c.code = p.partner and c.is_group = 'no'
  where w.partner = 'WLD'
  group by w.line
)
select 'trade.csv' as file, most.line, count, value, most.partner as largest,
  whole.value as whole, whole.source, gap(sums, whole) as gap,
  concat_ws('-', whole.reporter, most.partner, whole.period, whole.flow) as cell
from sums
where above(sums, whole, slack());
