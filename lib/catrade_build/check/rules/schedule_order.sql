-- amounts with the electric range, with the time before, and gaps in time

-- {range_band} pays {amount_cny:,.15g} yuan, less than {amount_below:,.15g} for {band_below}
select 'subsidy_schedule.csv' as file, line, range_band, amount_cny, amount_below, band_below,
  cell || coalesce(format('{:g}km', range_min_km), 'all') as cell
from bands where amount_cny < amount_below;

-- {range_band} overlaps {band_below}
select 'subsidy_schedule.csv' as file, line, range_band, band_below,
  cell || format('{:g}km', range_min_km) as cell
from bands where range_min_km < end_below;

-- begins before the last one ends, {ended}
select 'subsidy_schedule.csv' as file, first(b.line order by b.range_min_km, b.line) as line,
  b.vehicle_type || '-' || b.period_start as cell, max(before.period_end) as ended
from bands b join bands before on before.vehicle_type = b.vehicle_type and before.turn = b.turn - 1
group by b.vehicle_type, b.period_start
having ended >= b.period_start;

-- {range_band} pays {amount:,.15g} yuan, more than {paid:,.15g} before
select 'subsidy_schedule.csv' as file, b.line, any_value(b.range_band) as range_band,
  any_value(b.amount_cny) as amount, max(before.amount_cny) as paid,
  any_value(b.cell || format('{:g}km', b.least_km)) as cell
from bands b join bands before on before.vehicle_type = b.vehicle_type and before.turn = b.turn - 1
  and before.least_km <= b.least_km and coalesce(before.range_max_km, 'inf') > b.least_km
group by b.line
having amount > paid;

-- begins on {period_start}, but the rule before it ends on {ended}
select 'purchase_tax_schedule.csv' as file, line, 'tax-' || period_start as cell,
  period_start, ended
from (
  select *, lag(period_end) over (order by period_start, line) as ended
  from purchase_tax_schedule
)
where ended is not null
  and period_start is distinct from (try_cast(ended as date) + 1)::text;
