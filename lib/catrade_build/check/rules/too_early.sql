-- the end of a period with the day on which its source was published

-- {source} was published {published}, before {period} ended
select 'trade.csv' as file, t.line, period, source_id as source, published,
  concat_ws('-', reporter, partner, period, flow) || ':' || source_id as cell
from trade t join periods using (period) join sources using (source_id)
-- What is dated to a year or month alone may be of its last day.
where quality <> 'rejected' and 12 * year + last_month
  > 12 * try_cast(published[:4] as int) + coalesce(try_cast(published[6:7] as int), 12);
