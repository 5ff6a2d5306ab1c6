-- the end of a period with the day on which its source was published

-- is of {period}, but {source} was published {published}, before it ended
select 'trade.csv' as file, line, period, source, published,
  concat_ws('-', reporter, partner, period, flow) || ':' || source as cell
from held join periods using (period)
-- a year alone, or a month, may be its last day
where 12 * year + last_month
  > 12 * try_cast(published[:4] as int) + coalesce(try_cast(published[6:7] as int), 12);
