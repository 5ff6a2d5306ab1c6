-- Four statements for one year of a release; what is in braces is filled in by baci_import.py.

-- Convert. Numbers are read as DOUBLE, as a whole one's fraction would be dropped; q may be NA or
-- padding. More values than the limit have no dictionary: codes have one, amounts would not.
COPY (SELECT
  if(t = {year}, t, error(concat('a row of the year ', t)))::SMALLINT AS t,
  if(i = trunc(i) AND i BETWEEN 1 AND 999, i, error(concat('a row of the exporter ', i)))::SMALLINT
    AS exporter,
  if(i = j, error(concat('a row of ', i, ' with itself')),
    if(j = trunc(j) AND j BETWEEN 1 AND 999, j, error(concat('a row of the importer ', j))))::SMALLINT
    AS importer,
  if(k = trunc(k) AND k BETWEEN 10000 AND 999999, k, error(concat('a row of the product ', k)))
    ::INTEGER AS hs6,
  if(v BETWEEN 0 AND {most}, round(v * 1000, 3),
    error(concat('the value ', v, ' in a row of ', i, ' to ', j))) AS value_usd,
  CASE WHEN TRY_CAST(q AS DOUBLE) BETWEEN 0 AND {most} THEN TRY_CAST(q AS DOUBLE)
    WHEN q IS NULL OR trim(q) IN ('', 'NA') THEN NULL
    ELSE error(concat('the quantity ', trim(q), ' in a row of ', i, ' to ', j)) END AS quantity_t
  FROM read_csv({csv}, header = true, auto_detect = false, delim = ',', quote = '"',
    nullstr = '', max_line_size = {line}, columns = {{t: 'DOUBLE', i: 'DOUBLE', j: 'DOUBLE',
    k: 'DOUBLE', v: 'DOUBLE', q: 'VARCHAR'}}))
  TO {parquet} (FORMAT parquet, DICTIONARY_SIZE_LIMIT 10000);

-- A country that the release does not list.
SELECT number FROM (SELECT exporter AS number FROM read_parquet({parquet}) UNION
  SELECT importer FROM read_parquet({parquet})) ANTI JOIN read_parquet({countries})
  ON number = country_code ORDER BY 1 LIMIT 1;

-- Releases are sorted; where each key is larger than the one before, none is there twice.
SELECT 1 FROM (SELECT key <= lag(key) OVER () AS unsorted FROM (SELECT
  (exporter::BIGINT * 1000 + importer) * 1000000 + hs6 AS key FROM read_parquet({parquet})))
  WHERE unsorted LIMIT 1;

-- A product of a pair that stands there twice.
SELECT exporter, importer, hs6 FROM read_parquet({parquet})
  GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1;
