-- a printed share of a partner with the figures of the partner and the world

-- the share is {share:.1%}, but the figures give {least:.1%} to {most:.1%}
select 'trade_shares.csv' as file, s.line, share, p.low / w.high as least, p.high / w.low as most,
  share / (p.value / w.value) - 1 as gap,
  concat_ws('-', reporter, s.partner, period, flow) || ':' || s.source_id as cell
from trade_shares s join levels p using (reporter, partner, period, flow)
join levels w using (reporter, period, flow)
where w.partner = 'WLD' and s.quality <> 'rejected' and w.low > 0
  and (share + share_precision < least * (1 - vintage())
    or share - share_precision > most * (1 + vintage()));
