-- growth a source prints with growth computed from every figure of the base

-- {source} prints growth of {printed:.1%}, but the figures give {least:.1%} to {most:.1%}
with ranges as (
  -- Which vintage a source divided by is not known: one base that fits is enough. One of its own it
  -- may have revised since.
  select t.*, if(t.source_id = b.source_id, revised(), 0) as part,
    t.low / b.high / (1 + part) - 1 as least, t.high / b.low / (1 - part) - 1 as most,
    abs((least + most) / 2 - t.growth_printed) as distance
  from trade t join trade b using (reporter, partner, flow, currency)
  where b.period = (t.period[:4]::int - 1) || t.period[5:] and b.low > 0
    and t.growth_printed is not null and t.quality <> 'rejected' and b.quality <> 'rejected'
)
select 'trade.csv' as file, line,
  any_value(source_id) as source, any_value(growth_printed) as printed,
  any_value(concat_ws('-', reporter, partner, period, flow) || ':' || source_id) as cell,
  arg_min(least, distance) as least, arg_min(most, distance) as most,
  printed - arg_min((least + most) / 2, distance) as gap
from ranges
group by line
-- many are cut off, so they are true to a unit of their rounding either way
having not bool_or(growth_printed between least - coalesce(growth_precision, 0)
  and most + coalesce(growth_precision, 0));
