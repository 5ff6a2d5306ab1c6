-- the size of an economy and its prices with the year before

-- {value:,.15g} is not within {factor:g} times of {base:,.15g} in {before}
with years as (
  select m.*, b.value as base, b.year as before, if(indicator = 'gdp', 2, 1.1) as factor
  from macro m join macro b using (country, indicator)
  where b.year = m.year - 1 and indicator in ('gdp', 'population')
)
select 'macro.csv' as file, line, value, base, before, factor,
  concat_ws('-', country, year, indicator) as cell, value / base - 1 as gap
from years where greatest(value, base) > factor * least(value, base);

-- prices rose by {value:g}, which stands for {percent:,.0f} per cent
select 'macro.csv' as file, line, value, 100 * value as percent,
  concat_ws('-', country, year, indicator) as cell
from macro where indicator = 'consumer_prices' and value not between -0.5 and 30;
