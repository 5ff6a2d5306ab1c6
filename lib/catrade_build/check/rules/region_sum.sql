-- every figure of a region with the sum of its countries, for a total with that of their flows

-- the members come to {value:,.15g} dollars, but the figure of the region is {whole:,.15g}
-- ({source})
with sums as (
  select any_value(w) as whole, any_value(size) as size, count(*) as n,
    sum(p.value) as value, sum(p.low) as low, sum(p.high) as high
  from sure w
  join (select *, count(*) over (partition by region) as size from members) m
    on m.region in (w.partner, w.reporter)
  join levels p on p.flow = w.flow and p.period = w.period
    and p.reporter = if(m.region = w.partner, w.reporter, m.member)
    and p.partner = if(m.region = w.partner, m.member, w.partner)
  group by w.line, m.region
)
select 'trade.csv' as file, whole.line, value, whole.value as whole, whole.source,
  gap(whole, sums) as gap, concat_ws('-', whole.reporter, whole.partner, whole.period, whole.flow)
    || ':' || whole.source as cell
from sums
where n = size and apart(sums, whole, slack());
