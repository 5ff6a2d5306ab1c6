-- the chosen source with every other one of the same cell

-- {value:,.15g} dollars ({source}) is far from {used:,.15g} ({used_source}, row {used_line}),
-- which is used
select 'trade.csv' as file, h.line, h.value, h.source, c.value as used, c.source as used_source,
  c.line as used_line, concat_ws('-', reporter, partner, period, flow) || ':' || h.source as cell
from held h join chosen c using (reporter, partner, flow, period)
-- China's figures are one publisher's, relayed; the others' come in vintages and coverages.
where apart(h, c, if(reporter = 'CHN', 0.05, 0.25));
