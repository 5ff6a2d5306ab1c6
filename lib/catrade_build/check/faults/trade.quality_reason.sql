-- the mark of a row with the reason for it

-- must be empty for a row marked ok
select line, 'quality_reason' as field from trade
where quality = 'ok' and quality_reason <> '' order by line;

-- must say why the row is {quality}
select line, 'quality_reason' as field, quality from trade
where quality <> 'ok' and quality_reason = '' order by line;
