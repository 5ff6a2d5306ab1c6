-- a code of goods with the headings and chapters of the Harmonized System

-- no heading is {heading}
select 'watched_goods.csv' as file, w.line, w.code[:4] as heading, w.code as cell
from watched_goods w left join hs_headings on heading = w.code[:4]
where hs_headings.heading is null;

-- no chapter is {chapter}
select 'hs_headings.csv' as file, h.line, heading[:2] as chapter, heading as cell
from hs_headings h left join hs_chapters c on c.chapter = heading[:2]
where c.chapter is null;
