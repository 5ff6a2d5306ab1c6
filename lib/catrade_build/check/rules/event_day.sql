-- the day of an event that has happened with the days on which its sources were published

-- it is dated {date}, after the last of its sources, {last}
with told as (
  select line, event_id, date, stage, trim(unnest(string_split(source_ids, ';'))) as source_id
  from policy_events
), known as (
  select told.line, event_id, date, stage, max(published) as last,
    bool_and(published <> '') as is_dated
  from told join sources using (source_id) group by all
)
select 'policy_events.csv' as file, line, date, last, event_id as cell
from known
where is_dated and stage in ('held', 'one_off', 'draft', 'announced')
  and date[:length(last)] > last[:length(date)];

-- it was issued {issued}, after {date}, when it happened
select 'policy_events.csv' as file, line, issued_date as issued, date, event_id as cell
from policy_events where issued_date <> '' and issued_date > date and stage <> 'draft';
