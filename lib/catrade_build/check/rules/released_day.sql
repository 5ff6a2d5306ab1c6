-- the day of a release with the end of its period

-- it was released {released}, before {period} ended
select 'release_days.csv' as file, line, released, period,
  concat_ws('-', source_id, period) as cell
from release_days join periods using (period)
where 12 * year + last_month > 12 * try_cast(released[:4] as int)
  + coalesce(try_cast(released[6:7] as int), 12);

-- it was released {released}, four years and more after {period}
select 'release_days.csv' as file, line, released, period,
  concat_ws('-', source_id, period) as cell
from release_days join periods using (period)
where year + 4 <= try_cast(released[:4] as int);
