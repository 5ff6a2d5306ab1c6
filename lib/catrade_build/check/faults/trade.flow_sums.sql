-- exports and imports with the total of the same source, all rows good

-- exports and imports of {source_id} for {reporter}–{partner} {period} differ from this total by
-- {gap:.15g} {currency}, more than rounding explains: correct rows {export}, {import} or {line}, or
-- mark them doubtful
with good as (select * from trade where quality = 'ok')
select t.*, 'value' as field, x.line as export, m.line as import, x.value + m.value - t.value as gap
from good x
join good m using (reporter, partner, period, currency, source_id)
join good t using (reporter, partner, period, currency, source_id)
where (x.flow, m.flow, t.flow) = ('export', 'import', 'total')
  and (x.low + m.low > t.high or x.high + m.high < t.low)
order by t.line;
