-- a figure with the one before it in time

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
