-- a figure of trade repeated in another table with trade.csv

-- {value:,.15g} dollars is in no row of trade.csv; nearest is {nearest:,.15g} (row {nearest_line})
from unlike where rule = 'tables_apart';
