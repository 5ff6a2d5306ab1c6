-- dollars a car, a ton of cars, of gas and of gold with what these may cost

-- {item}: {value:,.15g} dollars are {price:,.0f} a {what}, not {least:,.0f} to {most:,.0f}
with amounts as (
  select exporter, importer, period, topic, item, value,
    if(unit = 't', 'ton', 'vehicle') as what
  from highlights where unit in ('units', 't')
  union
  select exporter, importer, period, topic, item, net_weight_t, 'ton' from highlights
  union
  select 'CHN', jurisdiction, period, topic, item, m.value, 'vehicle'
  from market m join highlights h using (period)
  where series = 'ev_imports_from_chn' and jurisdiction = importer and item like '%HS 8703.80%'
)
select 'highlights.csv' as file, line, item, v.value, v.value / n.value as price, what,
  least, most, concat_ws('-', exporter, importer, period, topic) || ':' || source_id as cell
from highlights v join amounts n using (exporter, importer, period, topic, item)
join (values ('vehicles', 'vehicle', 10e3, 100e3), ('vehicles', 'ton', 8e3, 40e3),
    ('gas', 'ton', 150, 600), ('gold', 'ton', 30e6, 200e6))
  prices(topic, what, least, most) using (topic, what)
where v.unit = 'USD' and price not between least and most;
