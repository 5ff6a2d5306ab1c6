-- after how many days a release usually comes with the latest it came

-- it comes after {days_after:g} days, at the latest {latest:g}
select 'releases.csv' as file, line, days_after, latest, release_id as cell
from releases where days_after > latest or latest > 180;
