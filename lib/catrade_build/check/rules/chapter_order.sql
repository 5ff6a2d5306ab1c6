-- a chapter's section and group of the World Bank with the chapters around it

-- it stands in section {section}, after chapter {before} in {of_before}
with ordered as (
  select *, lag(chapter) over (order by chapter) as before,
    lag(section) over (order by chapter) as of_before
  from hs_chapters
)
select 'hs_chapters.csv' as file, line, section, before, of_before, chapter as cell
from ordered where section < of_before or (section <> '99' and section::int > of_before::int + 1);

-- it stands in group {wits_group}, which has the chapters in its name
select 'hs_chapters.csv' as file, line, wits_group, chapter as cell
from hs_chapters where chapter not between wits_group[:2] and wits_group[4:5];
