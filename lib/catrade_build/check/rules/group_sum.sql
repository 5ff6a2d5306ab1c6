-- groups of goods with the shares beside them, with the list of groups and with trade.csv

-- groups come to {listed:,.15g} dollars, but trade.csv has {value:,.15g} of the same publisher
select distinct 'composition_groups.csv' as file, first_line as line, cell, listed, value
from groups g join unctad u on (u.reporter, u.partner, u.period) = (exporter, importer, g.period)
where abs(listed - value) > slack() * value;

-- the share of {code} is {share:g}, but its value gives {least:.4f}
select 'composition_groups.csv' as file, g.line, cell || '-' || code as cell, code, share,
  least(value_usd / listed, value_usd / coalesce(value, listed)) as least,
  greatest(value_usd / listed, value_usd / coalesce(value, listed)) as most
from groups g
left join unctad u on (u.reporter, u.partner, u.period) = (exporter, importer, g.period)
where share not between least - share_precision and most + share_precision;

-- {unknown} is no product group; they are {known}
select 'composition_groups.csv' as file, first_line as line, cell,
  string_agg(distinct code, ', ' order by code) as unknown,
  (select string_agg(code, ', ') from product_groups) as known
from groups
where classification = 'WITS16' and code not in (from product_groups)
group by first_line, cell;

-- {value:,.15g} dollars is in no row of trade.csv; nearest is {nearest:,.15g} (row {nearest_line})
from unlike where rule = 'group_sum';
