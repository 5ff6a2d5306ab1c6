-- dollars a car, a ton of gas and a ton of gold with what these may cost

-- {item}: {value:,.15g} dollars are {price:,.0f} a {what}, not {least:,.0f} to {most:,.0f}
with amounts as (
  select exporter, importer, period, topic, item, value,
    if(unit = 't', 'ton', 'vehicle') as what
  from highlights where unit in ('units', 't')
  union
  select 'CHN', jurisdiction, period, topic, item, m.value, 'vehicle'
  from market m join highlights h using (period)
  where series = 'ev_imports_from_chn' and jurisdiction = importer and item like '%HS 8703.80%'
)
select 'highlights.csv' as file, line, item, v.value, v.value / n.value as price, what,
  least, most, concat_ws('-', exporter, importer, period, topic) || ':' || source_id as cell
from highlights v join amounts n using (exporter, importer, period, topic, item)
join (values ('vehicles', 10e3, 100e3), ('gas', 150, 600), ('gold', 30e6, 200e6))
  prices(topic, least, most) using (topic)
where v.unit = 'USD' and price not between least and most;
