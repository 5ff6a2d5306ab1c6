-- What the rules call. A figure is a row with value, low and high: the ends its rounding allows.

-- Beyond rounding, this part of the whole is still a difference of vintage: a list of those would
-- hide the rest.
create macro slack() as 0.005;
-- A publisher of running sums has revised by this part what it first published: months need not
-- add up to its sums, and the base of the growth it prints is not the figure first held.
create macro revised() as 0.03;
-- A published total against another publisher's figure of the flow: vintages differ by this part.
create macro vintage() as 0.01;

-- Whether the first figure must be larger, or the two are apart, by more than a part of the second.
create macro above(one, other, part) as one.low - other.high > part * abs(other.value);
create macro apart(one, other, part) as
  greatest(one.low - other.high, other.low - one.high) > part * abs(other.value);
-- How far the first figure is from the second: a known contradiction is known with its size.
create macro gap(one, other) as one.value / nullif(other.value, 0) - 1;
create macro exact(number) as {'value': number, 'low': number, 'high': number};
-- Texts in their order, each once.
create macro listed(texts) as
  array_to_string(list_filter(texts, lambda text, i: list_position(texts, text) = i), ', ');
