-- what a claim is on with the day on which its announcement was printed

-- it is on {period}, but was printed {published}
select 'claims.csv' as file, claims.line, period, published,
  concat_ws('-', document, claim_id) as cell
from claims join sources on document = sources.source_id
where published <> '' and period[:4] > published[:4];
