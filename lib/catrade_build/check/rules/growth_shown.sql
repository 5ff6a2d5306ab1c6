-- yearly growth a source prints with that of the newest figures of both years, in dollars

-- {source} prints growth of {printed:.1%}, {dollars:.1%} in dollars, but the newest figures
-- ({level_source}, {base_source}) give {least:.1%} to {most:.1%}
with rates as (
  select h.line, h.growth_printed as printed, h.source, y.source as level_source, base_source,
    -- growth in yuan is turned by the rates of both years
    (1 + printed) * coalesce(e.rate / h.rate, 1) - 1 as dollars,
    y.low / base_high - 1 as least, y.high / base_low - 1 as most, y.value / base - 1 as shown,
    h.growth_unit + slack() * (1 + shown) as part,
    concat_ws('-', reporter, partner, period, flow) || ':' || h.source as cell
  from held h join two_years y using (reporter, partner, flow, period)
  left join exchange_rates e on e.currency = h.currency and e.period = (year - 1)::text
  where printed is not null
)
select 'trade.csv' as file, *, dollars - shown as gap
from rates
where dollars not between least - part and most + part;
