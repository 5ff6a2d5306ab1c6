-- chapters with the published total of their flow

-- {n} chapters come to {chapters:,.15g} dollars, but the published total is {total:,.15g}:
-- {gap:.2%} apart
select 'composition_totals.csv' as file, line, cell, n, chapters, total,
  abs(total - chapters) / total as gap,
  -- single chapters may be any part of the flow, a set without small cells most of it
  case coverage when 'complete' then 0.0001 when 'partial' then 1 else slack() end as part
from chapters
-- Chapters are exact to the dollar, so their sum may be off by one dollar each.
where total - chapters not between -n and part * total + n;
