-- a rate with its bounds

-- must lie between low and high; got {rate:.15g}, low {low:.15g}, high {high:.15g}
select line, 'rate' as field, rate, low, high
from exchange_rates
where rate not between low and high
order by line;
