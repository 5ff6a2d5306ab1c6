-- a country's number of the UN with that of UN Comtrade

-- its M49 number is {m49}, that of UN Comtrade {comtrade}
select 'countries.csv' as file, line, m49, comtrade, code as cell
from countries
where is_group = 'no' and m49 <> comtrade
  -- customs territories larger than the country, and "Other Asia"
  and code not in ('CHE', 'FRA', 'IND', 'NOR', 'TWN', 'USA');
