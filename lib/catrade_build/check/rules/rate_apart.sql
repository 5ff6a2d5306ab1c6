-- a rate of exchange with the others of its currency

-- {rate:g} is not within {factor:g} times of {middle:g}, the middle of its currency's rates
with rates as (
  select *, median(rate) over (partition by currency) as middle, 1.4 as factor from exchange_rates
)
select 'exchange_rates.csv' as file, line, rate, middle, factor,
  concat_ws('-', currency, period) as cell, rate / middle - 1 as gap
from rates where greatest(rate, middle) > factor * least(rate, middle);
