-- the newest source with every other one of the same cell

-- {value:,.15g} dollars ({source}) is far from {newer:,.15g} of {newer_source} (row {newer_line})
select 'trade.csv' as file, h.line, h.value, h.source, n.value as newer, n.source as newer_source,
  n.line as newer_line, gap(h, n) as gap,
  concat_ws('-', reporter, partner, period, flow) || ':' || h.source as cell
from held h join newest n using (reporter, partner, flow, period)
where apart(h, n, 0.05);
