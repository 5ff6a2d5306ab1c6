-- headings and an office's groups with the chapter, the flow and the world that hold them

-- the headings held of chapter {chapter} come to {value:,.15g} dollars, more than the chapter's
-- {whole:,.15g} in composition.csv
select 'composition_headings.csv' as file, min(h.line) as line, h.heading[:2] as chapter,
  sum(h.value_usd) as value, any_value(c.value_usd) as whole,
  concat_ws('-', h.exporter, h.importer, h.reporter, h.period, chapter) as cell
from composition_headings h
join composition c on c.exporter = h.exporter and c.importer = h.importer
  and c.reporter = h.reporter and c.year::text = h.period and c.hs_chapter = h.heading[:2]
group by h.exporter, h.importer, h.reporter, h.period, chapter
having sum(h.value_usd) > any_value(c.value_usd) + count(*);

-- {value:,.15g} dollars with one country are more than the {whole:,.15g} with the world
select 'composition_headings.csv' as file, line, value_usd as value, coalesce(whole, 0) as whole,
  concat_ws('-', exporter, importer, reporter, period, heading) as cell
from sided left join worlds using (reporter, flow, period, heading)
-- where a reporter's trade with the world is held by heading, that of a partner has its heading
where partner <> 'WLD' and (reporter, flow, period) in (select (reporter, flow, period) from worlds)
  and value_usd > coalesce(whole, 0) + 1;

-- the headings held come to {value:,.15g} dollars, more than the {whole:,.15g} of the whole flow
select 'composition_headings.csv' as file, min(s.line) as line, sum(value_usd) as value,
  any_value(l.value) as whole, concat_ws('-', reporter, partner, period, flow) as cell
from sided s join levels l using (reporter, partner, period, flow)
group by reporter, partner, period, flow
having sum(value_usd) > any_value(l.high) * (1 + vintage());

-- {value:,.15g} dollars, where the years beside it have {before:,.15g} and {after:,.15g}
select 'composition_headings.csv' as file, line, value_usd as value,
  coalesce(before, after) as before, coalesce(after, before) as after,
  concat_ws('-', exporter, importer, reporter, period, heading) as cell
from (
  select *, lag(value_usd) over years as before, lead(value_usd) over years as after
  from sided window years as (partition by reporter, partner, flow, heading order by period)
)
-- Trade in a heading may begin and end; it does not vanish for a year, or come for one alone.
where length(period) = 4 and least(before, after) > 1e6 and value_usd < least(before, after) / 100
  or length(period) = 4 and value_usd > 1e6 * 100 and value_usd > 100 * greatest(before, after);

-- the groups held come to {value:,.15g} dollars, more than the {whole:,.15g} of all goods
select 'composition_groups.csv' as file, min(line) as line,
  coalesce(sum(value_usd) filter (code <> 'TOTAL'), 0) as value,
  coalesce(any_value(value_usd) filter (code = 'TOTAL'), 0) as whole,
  concat_ws('-', exporter, importer, reporter, period) || ':' || source_id as cell
from composition_groups
where classification = 'national' and code <> ''
group by exporter, importer, reporter, period, source_id
having coalesce(sum(value_usd) filter (code <> 'TOTAL'), 0)
  > coalesce(any_value(value_usd) filter (code = 'TOTAL'), 0) + 1e3 * count(*)
  -- an office that prints all goods of one flow prints it of each
  and reporter in (select reporter from composition_groups where code = 'TOTAL');

-- all goods of the office's groups are {value:,.15g} dollars, those of trade.csv {whole:,.15g}
select 'composition_groups.csv' as file, g.line, value_usd as value, l.value as whole,
  concat_ws('-', g.exporter, g.importer, g.reporter, g.period) || ':' || source_id as cell
from composition_groups g join levels l on l.reporter = g.reporter and l.period = g.period
  and l.partner = if(g.reporter = g.exporter, g.importer, g.exporter)
  and l.flow = if(g.reporter = g.exporter, 'export', 'import')
where code = 'TOTAL' and abs(value_usd / l.value - 1) > revised();
