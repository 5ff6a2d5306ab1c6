-- a stage of a measure with the dates and titles it needs

-- {date_precision} does not fit {date!r} ({event_id})
select line, 'date_precision' as field, date_precision, date, event_id from policy_events
where length(date) <> case date_precision when 'day' then 10 when 'month' then 7 else 4 end
order by line;

-- must begin with the year of its date, {year} ({event_id})
select line, 'event_id' as field, date[:4] as year, event_id from policy_events
where date[:4] <> event_id[:4] order by line;

-- must not be empty where the stage is {stage} ({event_id})
select line, 'effective_date' as field, stage, event_id from policy_events
where stage in ('in_force', 'amended', 'suspended') and effective_date = '' order by line;

-- must not be empty where the stage is ended ({event_id})
select line, 'end_date' as field, event_id from policy_events
where stage = 'ended' and end_date = '' order by line;

-- must not be before {begin}; got {end_date!r} ({event_id})
select line, 'end_date' as field, begin, end_date, event_id
from (select *, case effective_date when '' then date else effective_date end as begin
  from policy_events)
-- Of an end that is a month or a year the last day counts.
where end_date <> '' and stage <> 'ended' and end_date || '~' < begin order by line;

-- must be {title!r} as in other rows ({event_id})
select line, 'measure_title' as field, title, event_id
from (select *, first(measure_title) over (partition by measure_id order by line) as title
  from policy_events)
where measure_title <> title order by line;

-- {other!r} is not another measure of the table ({event_id})
select line, 'supersedes' as field, other, event_id
from policy_events, lateral (select unnest(string_split(supersedes, ';')) as other)
where other <> '' and (other = measure_id or other not in (select measure_id from policy_events))
order by line;

-- must say why, and only why, the quality is not ok ({event_id})
select line, 'quality_reason' as field, event_id from policy_events
where (quality = 'ok') <> (quality_reason = '') order by line;
