-- the currency of a figure with the rates of its period

-- there is no rate of {currency} for {period}, so that no rule and no report sees the figure
select 'trade.csv' as file, line, currency, period,
  concat_ws('-', reporter, partner, period, flow) || ':' || source_id as cell
from trade anti join exchange_rates using (currency, period)
where quality <> 'rejected' and currency <> 'USD';
