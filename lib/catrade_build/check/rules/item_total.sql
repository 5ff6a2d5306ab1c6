-- a good told by itself with all goods of its flow in trade.csv

-- {item}: {value:,.15g} are more than all goods, {whole:,.15g}
select 'highlights.csv' as file, h.line, item, h.value, max(n.value) as whole,
  concat_ws('-', exporter, importer, h.period, topic) || ':' || split_part(source_id, ';', 1) as cell
from highlights h join newest n on n.period = h.period
  and ((n.reporter, n.partner) in ((exporter, importer), (importer, exporter)))
  and n.flow = if(h.flow = 'total', 'total', if(n.reporter = exporter, 'export', 'import'))
where unit = 'USD' and topic <> 'all_goods' and h.quality <> 'rejected'
group by all having bool_and(above(h, n, 0.05));
