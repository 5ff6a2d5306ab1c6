-- a year without a flow with the years around it and the other flow, all of one source

-- {source} has {flow}s of {year} and {next}, but none of the year between, of which it has the
-- other flow
with years as (
  select line, reporter, partner, flow, source_id as source, period::int as year,
    lead(year) over (partition by reporter, partner, flow, source order by year) as next
  from trade where length(period) = 4 and flow <> 'total' and quality <> 'rejected'
)
select distinct 'trade.csv' as file, y.line, y.source, y.flow, y.year, y.next,
  concat_ws('-', reporter, partner, y.year + 1, y.flow) || ':' || y.source as cell
from years y join years o using (reporter, partner, source)
where y.next = y.year + 2 and o.year = y.year + 1;
