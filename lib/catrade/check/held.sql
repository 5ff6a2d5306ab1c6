-- The usable figures of trade.csv in dollars, as `load_trade` gives them, from which one is chosen.
create table held_usd as
select t.*, value / rate as value_usd, low / most as low_usd, high / least as high_usd,
  currency <> 'USD' as converted, s.kind as source_kind, s.published
from trade t
join (
  select currency, period, rate, low as least, high as most from exchange_rates
  union all select distinct 'USD', period, 1, 1, 1 from trade
) using (currency, period)
left join (select source_id, kind, published from sources) s using (source_id)
where quality <> 'rejected'
order by line;
