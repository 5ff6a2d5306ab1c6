-- a figure with the one before it in time, and with the partner's own and the flow the other way

-- {value:,.15g} ({source}) is not within {factor:g} times of {base:,.15g} in {period}
-- ({base_source})
with bases as (
  select f.*, b.period as base_period, b.value as base, b.source as base_source,
    4 * greatest(1, f.year - b.year) as factor, f.year - b.year as years
  from over_time f join over_time b using (file, before, after)
  where (f.part_of_year = b.part_of_year and f.year - b.year between 1 and 3)
    or (f.frequency = 'monthly' and b.frequency = 'monthly' and f.year = b.year
      and f.last_month = b.last_month + 1)
  -- the month before, and the newest of the years before
  qualify row_number() over (partition by file, f.line, years = 0 order by years) = 1
)
select file, line, before || period || after as cell, value, source, factor, base,
  base_period as period, base_source, value / nullif(base, 0) - 1 as gap
from bases
where greatest(value, base) >= floor and greatest(value, base) > factor * least(value, base)
qualify row_number() over (partition by file, line order by years) = 1;

-- {value:,.15g} ({source}) is more than four times the partner's own figure, {mirror:,.15g}
-- ({mirror_source}), and no flow the other way comes near it
with ways(flow, back) as (values ('export', 'import'), ('import', 'export'))
select 'trade.csv' as file, f.line, f.value, f.source, m.value as mirror, m.source as mirror_source,
  f.value / m.value - 1 as gap,
  concat_ws('-', f.reporter, f.partner, f.period, f.flow) || ':partner' as cell
from newest f join ways using (flow)
join newest m
  on (m.reporter, m.partner, m.period, m.flow) = (f.partner, f.reporter, f.period, back)
left join newest o
  on (o.reporter, o.partner, o.period, o.flow) = (f.reporter, f.partner, f.period, back)
where f.value >= 1e6 and f.value > 4 * m.value and m.value > 0
  and f.value > 4 * coalesce(o.value, 0);
