-- a figure of the car market with the largest other one of its series

-- {value:,.15g} is more than {factor:g} times {largest:,.15g}, the largest other one
with ranked as (
  select *, max(value) over others as largest, count(*) over others as n, 10 as factor
  from market
  window others as (
    partition by series, jurisdiction, length(period) order by line
    rows between unbounded preceding and unbounded following exclude current row
  )
)
select 'market_series.csv' as file, line, value, largest, factor,
  concat_ws('-', jurisdiction, series, period) as cell
from ranked where n >= 4 and value > factor * largest and unit <> 'USD';

-- a share of {value:g} is no part of a whole
select 'market_series.csv' as file, line, value, concat_ws('-', jurisdiction, series, period) as cell
from market where unit = 'fraction' and value > 1;
