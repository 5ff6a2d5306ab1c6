-- that total, or the chapters' sum, with the figures in trade.csv

-- the flow comes to {total:,.15g} dollars here, but trade.csv has {value:,.15g} ({source}, row
-- {row})
select 'composition.csv' as file, first_line as line, cell, total, value, source, t.line as row,
  total / value - 1 as gap
from chapters c join newest t using (reporter, period)
where t.partner = if(reporter = exporter, importer, exporter)
  and t.flow = if(reporter = exporter, 'export', 'import')
  and apart(exact(total), t, vintage());
