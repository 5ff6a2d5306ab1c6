-- growth from one source to a newer one with growth within the newer one

-- from {base:,.15g} ({base_source}) it grows by {mixed:.1%}, from {own:,.15g} of {source} itself by
-- {within:.1%}
select 'trade.csv' as file, y.line, base, base_source, o.value as own, y.source,
  y.value / base - 1 as mixed, y.value / o.value - 1 as within, mixed - within as gap,
  concat_ws('-', reporter, partner, y.period, flow) as cell
from two_years y join sure o using (reporter, partner, flow, source)
where o.period = (year - 1)::text and o.low > 0 and base_source <> y.source
  and greatest(y.low / base_high - y.high / o.low, y.low / o.high - y.high / base_low) > slack();
