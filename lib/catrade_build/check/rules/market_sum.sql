-- parts of the car market with their whole

-- its parts come to {value:,.15g}, not {whole:,.15g}
with sums as (
  select any_value(w) as whole, count(*) as n, sum(p.value) as value, sum(p.low) as low,
    sum(p.high) as high
  from (values ('nev_sales', 'bev_sales'), ('nev_sales', 'phev_sales'), ('nev_sales', 'fcev_sales'),
    ('total_chargers', 'public_chargers'), ('total_chargers', 'private_chargers')) s(whole, part)
  join market w on w.series = s.whole
  join market p on p.series = part and (p.jurisdiction, p.period) = (w.jurisdiction, w.period)
  group by w.line
)
select 'market_series.csv' as file, whole.line, value, whole.value as whole,
  concat_ws('-', whole.jurisdiction, whole.series, whole.period) as cell
from sums
-- Fuel cells are a rounding of the whole, so two parts are enough.
where n >= 2 and apart(sums, whole, slack());

-- {value:,.15g} is more than {larger}, {whole:,.15g}
select 'market_series.csv' as file, p.line, p.value, w.series as larger, w.value as whole,
  concat_ws('-', p.jurisdiction, p.series, p.period) as cell
from (select series as part, unnest(string_split(part_of, ';')) as whole from series) s
join market p on p.series = part
join market w on w.series = s.whole and (p.jurisdiction, p.period) = (w.jurisdiction, w.period)
where above(p, w, slack());

-- the share is {value:g}, but the counts give {least:.4f} to {most:.4f}
select 'market_series.csv' as file, s.line, s.value,
  n.low / a.high as least, n.high / a.low as most,
  concat_ws('-', jurisdiction, s.series, period) as cell
from market s join market n using (jurisdiction, period) join market a using (jurisdiction, period)
where s.series = 'nev_share_of_sales' and n.series = 'nev_sales' and a.series = 'auto_sales'
  -- printed shares are of counts with more digits than those held
  and (s.low - 0.0005 > most or s.high + 0.0005 < least);
