-- a figure with the partner's own and with the flow the other way

-- {value:,.15g} ({source}) is more than four times the partner's own figure, {mirror:,.15g}
-- ({mirror_source}), and no flow the other way comes near it
with ways(flow, back) as (values ('export', 'import'), ('import', 'export'))
select 'trade.csv' as file, f.line, f.value, f.source, m.value as mirror, m.source as mirror_source,
  f.value / m.value - 1 as gap,
  concat_ws('-', f.reporter, f.partner, f.period, f.flow) as cell
from newest f join ways using (flow)
join newest m
  on (m.reporter, m.partner, m.period, m.flow) = (f.partner, f.reporter, f.period, back)
left join newest o
  on (o.reporter, o.partner, o.period, o.flow) = (f.reporter, f.partner, f.period, back)
where f.value >= 1e6 and f.value > 4 * m.value and m.value > 0
  and f.value > 4 * coalesce(o.value, 0);
