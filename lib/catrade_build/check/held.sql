-- The usable figures of trade.csv in dollars, and what the rules take of them. Nothing is chosen
-- here: a rule must see what is published, whichever of it a report would use.

create or replace table held as
select reporter, partner, flow, period, value / rate as value, low / most as low,
  high / least as high, line, source_id as source, quality, kind, published, growth_printed,
  coalesce(growth_precision, 0) as growth_unit, currency, rate
from trade
join (
  select currency, period, rate, low as least, high as most from exchange_rates
  union all select distinct 'USD', period, 1, 1, 1 from trade
) using (currency, period)
left join (select source_id, kind, published from sources) using (source_id)
where quality <> 'rejected';

-- Of several figures of a cell those without doubt, where there are any.
create or replace table sure as
select * from held
qualify quality = 'ok' or bool_and(quality <> 'ok') over (
  partition by reporter, partner, flow, period);

-- One figure of each cell: the newest, of an office before data sets, of these before the rest, and
-- what a person said last.
create or replace table newest as
select * from sure
qualify row_number() over (
  partition by reporter, partner, flow, period
  order by list_position(['official', 'dataset'], kind) nulls last, kind = 'official_statement',
    published desc nulls last, line
) = 1;

-- The same, a total being the sum of both flows where they are published.
create or replace table levels as
with sums as (
  select reporter, partner, period, 'total' as flow, sum(value) as value, sum(low) as low,
    sum(high) as high
  from newest where flow <> 'total' group by all having count(*) = 2
)
from sums union all
select reporter, partner, period, flow, value, low, high
from newest anti join sums using (reporter, partner, period, flow);

-- The newest figures of a year beside those of the year before.
create or replace table two_years as
select n.*, n.period::int as year, b.value as base, b.low as base_low, b.high as base_high,
  b.source as base_source
from newest n join newest b using (reporter, partner, flow)
where length(n.period) = 4 and b.period = (n.period::int - 1)::text and b.low > 0;

-- What goes on in time; a finding is named by what stands before and after its period. Jumps
-- between figures below the floor are left alone; counts at a point in time do not add up.
create or replace table over_time as
select *, period[5:] as part_of_year from (
  select 'trade.csv' as file, concat_ws('-', reporter, partner, '') as before, '-' || flow as after,
    1e6 as floor, false as stock, period, value, low, high, line, source
  from newest
  union all
  -- of what is no count of vehicles, a small group of goods above all, a jump says nothing
  select 'market_series.csv', concat_ws('-', jurisdiction, series, ''), '',
    if(unit = 'vehicles', 5e4, 'infinity'::double),
    regexp_matches(series, 'parc|stock|chargers|quota'), period, value, low, high, line, source
  from market where unit in ('vehicles', 'USD', 'CNY', 'GWh')
) join periods using (period);

-- UNCTAD's own figure of a flow, the last where it has several.
create or replace table unctad as
select reporter, partner, period, arg_max(value, line) as value
from held where source like 'unctad%' and flow = 'export'
group by reporter, partner, period;

-- Figures of trade in other tables of cells that trade.csv has, and none of its figures fits.
create or replace table unlike as
select rule, file, r.line, cell, any_value(r.value) as value,
  first(h.value order by abs(h.value - r.value), h.line) as nearest,
  first(h.line order by abs(h.value - r.value), h.line) as nearest_line,
  any_value(r.value) / nearest - 1 as gap
from repeated r join held h using (reporter, partner, flow, period)
group by rule, file, r.line, cell
having bool_and(apart(r, h, part));
