-- half_even: Units of 1e-20 as millionths, half to even; NULL beyond 1e15.
CREATE TEMP MACRO half_even(minus, q) AS
  CASE WHEN q <= 100000000000000000000000000000000000 THEN
    (CASE WHEN minus THEN -1 ELSE 1 END)::HUGEINT * (
      q // 100000000000000
      + CASE
          WHEN q % 100000000000000 > 50000000000000 THEN 1
          WHEN q % 100000000000000 = 50000000000000 THEN (q // 100000000000000) % 2
          ELSE 0
        END)
  END;

-- of_digits: A number of digits as text, in millionths.
CREATE TEMP MACRO of_digits(minus, whole, part) AS
  -- Twenty places, the last of which says whether there was more behind them. A macro
  -- writes out each thing it is given as often as it names it: in a list it is once.
  list_transform([CAST(right(whole, 17) || rpad(left(part, 19), 19, '0')
    || CASE WHEN rtrim(substr(part, 20), '0') = '' THEN '0' ELSE '1' END AS HUGEINT)],
    lambda q: half_even(minus, q))[1];

-- of_whole: A whole number as text, in millionths; NULL beyond 1e15.
CREATE TEMP MACRO of_whole(told) AS
  CASE WHEN abs(CAST(told AS HUGEINT)) <= 1000000000000000
    THEN CAST(told AS HUGEINT) * 1000000 END;

-- trimmed: A text without the space around it.
CREATE TEMP MACRO trimmed(told) AS regexp_replace(told, '^\s+|\s+$', '', 'g');

-- number_of_text: The number that a text is, in millionths; NULL if it is none.
CREATE TEMP MACRO number_of_text(told) AS
  CASE WHEN regexp_full_match(trimmed(told), '[+-]?[0-9]{1,16}(\.[0-9]{1,30})?')
    THEN of_digits(
      starts_with(trimmed(told), '-'),
      regexp_extract(trimmed(told), '^[+-]?([0-9]+)', 1),
      regexp_extract(trimmed(told), '\.([0-9]+)$', 1))
  END;

-- number_of_json: The number that a JSON number is, in millionths.
CREATE TEMP MACRO number_of_json(told) AS (
  CASE
    WHEN regexp_full_match(told, '-?[0-9]{1,16}(\.[0-9]+)?') THEN
      of_digits(
        starts_with(told, '-'),
        regexp_extract(told, '^-?([0-9]+)', 1),
        regexp_extract(told, '\.([0-9]+)$', 1))
    -- Small ones are told with an exponent; large ones are beyond what is compared.
    WHEN regexp_matches(told, '[eE]-') THEN
      of_digits(
        starts_with(told, '-'),
        '0',
        repeat('0', CAST(regexp_extract(told, '[eE]-([0-9]+)$', 1) AS INTEGER) - 1)
          || replace(regexp_extract(told, '^-?([0-9.]+)', 1), '.', ''))
  END);

-- is_told: Whether a value in JSON is one at all.
CREATE TEMP MACRO is_told(told) AS
  json_type(told) NOT IN ('NULL', 'ARRAY') AND CAST(told AS VARCHAR) <> '""';

-- members: A list's members, or what is no list as the only one.
CREATE TEMP MACRO members(told) AS
  CASE WHEN json_type(told) = 'ARRAY' THEN CAST(told AS JSON[]) ELSE [told] END;

-- text_of: A value in JSON as text: a text, or a whole number's digits.
CREATE TEMP MACRO text_of(told) AS
  CASE json_type(told)
    WHEN 'VARCHAR' THEN json_extract_string(told, '$')
    WHEN 'BIGINT' THEN CAST(told AS VARCHAR)
    WHEN 'UBIGINT' THEN CAST(told AS VARCHAR)
  END;

-- number_of: A value in JSON as a number, in millionths.
CREATE TEMP MACRO number_of(told) AS
  CASE json_type(told)
    WHEN 'VARCHAR' THEN number_of_text(json_extract_string(told, '$'))
    WHEN 'BIGINT' THEN of_whole(CAST(told AS VARCHAR))
    WHEN 'UBIGINT' THEN of_whole(CAST(told AS VARCHAR))
    WHEN 'DOUBLE' THEN number_of_json(CAST(told AS VARCHAR))
  END;
