-- a share and a value with the whole in trade.csv

-- {item}: {value:,.15g} dollars is {of:.1%} of the flow in trade.csv (row {row}), but the share is
-- {share:.1%}
with books as (
  -- a share without a precision of its own is taken to be right to a tenth
  select h.*, own, c.value as whole, c.line as row,
    (share - coalesce(share_precision, 0.1 * share)) * c.low as least,
    (share + coalesce(share_precision, 0.1 * share)) * c.high as most
  from highlights h, (values (1), (0)) sides(own), newest c
  where c.reporter = if(own = 1, exporter, importer)
    and c.flow = if(h.flow = 'total', 'total', if(own = 1, 'export', 'import'))
    and c.partner = if(own = 1, importer, exporter) and c.period = h.period
    and h.unit = 'USD' and share is not null and h.value is not null
)
select 'highlights.csv' as file, line, item, value, share, arg_max(value / whole, own) as of,
  arg_max(row, own) as row,
  concat_ws('-', exporter, importer, period) || ':' || split_part(source_id, ';', 1) as cell
from books
group by all
having bool_and(low > most or high < least);
