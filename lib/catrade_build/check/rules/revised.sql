-- a logged revision with the figure in trade.csv

-- it was revised to {value:,.15g}, but {source} has {held:,.15g}
select 'revision_log.csv' as file, l.line, value_after as value, n.value as held,
  n.source, concat_ws('-', reporter, partner, period, flow) as cell
from revision_log l join newest n using (reporter, partner, period, flow)
where goods = 'all goods' and apart(exact(value_after), n, slack())
qualify row_number() over (partition by reporter, partner, period, flow order by seen desc) = 1;

-- {value:,.15g} of {goods} are more than all goods, {whole:,.15g}
select 'revision_log.csv' as file, l.line, greatest(value_before, value_after) as value, goods,
  n.value as whole, concat_ws('-', reporter, partner, period, flow, goods) as cell
from revision_log l join newest n using (reporter, partner, period, flow)
where above(exact(greatest(value_before, value_after)), n, revised()) and goods <> 'all goods';

-- {after:,.15g} is not within {factor:g} times of {before:,.15g}
select 'revision_log.csv' as file, line, value_before as before, value_after as after,
  2 as factor, concat_ws('-', reporter, partner, period, flow) as cell
from revision_log
where goods = 'all goods' and greatest(value_before, value_after) > 2 * least(value_before, value_after);
