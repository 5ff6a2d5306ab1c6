-- What the rules share of the tables other than trade.csv.

-- One figure of the car market for each series and period: the surest, then the finest.
create table market as
select * exclude source_id, source_id as source from market_series
where quality <> 'rejected'
qualify row_number() over (
  partition by jurisdiction, series, period order by quality <> 'ok', precision, line) = 1;

-- A flow by HS chapter, with its published total where there is one.
create table chapters as
select exporter, importer, reporter, year::text as period, min(c.line) as first_line,
  coalesce(any_value(t.line), first_line) as line, count(*) as n,
  sum(value_usd order by c.line) as chapters, coalesce(any_value(total_usd), chapters) as total,
  arg_min(coverage, c.line) as coverage, concat_ws('-', exporter, importer, reporter, year) as cell
from composition c left join composition_totals t using (exporter, importer, reporter, year)
group by exporter, importer, reporter, year;

-- Headings as the reporter's flow with a partner, and those of its trade with the world.
create view sided as
select *, if(reporter = exporter, importer, exporter) as partner,
  if(reporter = exporter, 'export', 'import') as flow
from composition_headings;
create view worlds as
select reporter, flow, period, heading, value_usd as whole from sided where partner = 'WLD';

-- Groups of goods of flows where none is missing, and what they come to.
create table groups as
select *, sum(value_usd) over (flow order by line rows between unbounded preceding
    and unbounded following) as listed,
  min(line) over flow as first_line,
  concat_ws('-', exporter, importer, reporter, period, classification) as cell
from composition_groups
where coverage = 'complete' and value_usd is not null
window flow as (partition by exporter, importer, reporter, period, classification);

-- Figures of trade outside trade.csv, under each name they may have there.
create table repeated as
select distinct 'group_sum' as rule, 'composition_groups.csv' as file, first_line as line, cell,
  listed as value, listed as low, listed as high, vintage() as part, reporter,
  if(reporter = exporter, importer, exporter) as partner,
  if(reporter = exporter, 'export', 'import') as flow, period
from groups where classification = 'WITS16'
union all
select 'tables_apart', 'highlights.csv', line,
  concat_ws('-', exporter, importer, period) || ':' || split_part(source_id, ';', 1),
  value, low, high, slack(), if(own, exporter, importer), if(own, importer, exporter),
  if(highlights.flow = 'total', 'total', if(own, 'export', 'import')), period
from highlights, (values (true), (false)) sides(own)
where topic = 'all_goods' and unit = 'USD'
union all
select 'tables_apart', 'market_series.csv', line, concat_ws('-', jurisdiction, series, period),
  value, low, high, slack(), if(own, 'CHN', other), if(own, other, 'CHN'), flow, period
from market_series
join (values ('goods_trade_with_central_asia', 'CA5', 'total'),
  ('exports_to_central_asia', 'CA5', 'export'), ('imports_from_central_asia', 'CA5', 'import'),
  ('goods_trade_with_china', null, 'total')) named(series, group_code, flow) using (series),
  lateral (select coalesce(group_code, jurisdiction) as other),
  (values (true), (false)) sides(own)
where unit = 'USD';

-- Bands of the purchase subsidy by range, each beside the one below it; `turn` counts the periods.
create table bands as
select *, coalesce(range_min_km, 0) as least_km,
  concat_ws('-', vehicle_type, period_start, '') as cell,
  lag(range_band) over below as band_below, lag(amount_cny) over below as amount_below,
  lag(range_max_km) over below as end_below,
  dense_rank() over (partition by vehicle_type order by period_start) as turn
from subsidy_schedule
where quality <> 'rejected' and scheme = 'purchase_subsidy' and bound = 'exact'
window below as (partition by vehicle_type, period_start order by range_min_km, line);
