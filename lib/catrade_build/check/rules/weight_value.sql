-- dollars a tonne with what the same goods cost in the middle of all that are held of one book

-- {value:,.15g} dollars for {weight:,.15g} tonnes are {price:,.4g} a tonne, where {usual:,.4g} are
-- usual: the weight is not used
with weighed as (
  select 'composition.csv' as file, line, concat_ws('-', exporter, importer, reporter) as flow,
    hs_chapter as code, year::text as period, '' as source,
    coalesce(weighed_usd, value_usd) as value, net_weight_t as weight
  from composition
  union all
  select 'composition_headings.csv', line, concat_ws('-', exporter, importer, reporter), heading,
    period, '', value_usd, net_weight_t
  from composition_headings
  union all
  select 'composition_groups.csv', line, concat_ws('-', exporter, importer, reporter),
    if(code = '', label, code), period, ':' || source_id, value_usd, net_weight_t
  from composition_groups
), prices as (
  select *, value / weight as price from weighed where weight > 0 and value > 0
), middles as (
  select *, median(price) over past as usual, count(*) over past as held from prices
  -- months, years and running sums are apart
  window past as (partition by file, flow, code, length(period))
)
select file, line, value, weight, price, usual,
  concat_ws('-', flow, period, code) || source as cell
from middles where held >= 5 and price not between usual / 4 and usual * 4;
