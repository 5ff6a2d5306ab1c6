-- the good figures of a cell with each other: one notice a cell

-- {most:.15g} {currency} ({most_source}) contradicts {least:.15g} ({least_source}, row
-- {least_line}) beyond rounding
select 'value' as field, currency, last(line order by value, line) as line,
  last(value order by value, line) as most, last(source_id order by value, line) as most_source,
  first(value order by value, line) as least, first(source_id order by value, line) as least_source,
  first(line order by value, line) as least_line
from trade
where quality = 'ok'
group by reporter, partner, period, flow, currency
having max(low) > min(high)
order by min(line);
