-- Raise backends.duckdb.lake.STAMP with any change here: the copy is made anew.
CREATE TABLE standing (
  stamp VARCHAR NOT NULL,
  "offset" BIGINT NOT NULL,
  -- The log's chain at this offset: a copy of another log is none of ours.
  mark VARCHAR NOT NULL,
  -- Events written since they were last brought in order.
  loose BIGINT NOT NULL,
  -- Rows were erased, and their bytes may lie in the file still.
  unscrubbed BOOLEAN NOT NULL
);
CREATE TABLE kept_event (
  log_offset BIGINT NOT NULL,
  happened_at TIMESTAMP NOT NULL,
  received_at TIMESTAMP NOT NULL,
  strand BIGINT,
  type VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  store VARCHAR,
  channel VARCHAR NOT NULL,
  historical BOOLEAN NOT NULL,
  marked VARCHAR,
  verified BOOLEAN NOT NULL,
  object VARCHAR,
  status VARCHAR,
  currency VARCHAR,
  amount_minor BIGINT,
  properties VARCHAR NOT NULL
);
CREATE TABLE kept_line (
  log_offset BIGINT NOT NULL,
  line INTEGER NOT NULL,
  product VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  category VARCHAR NOT NULL,
  brand VARCHAR NOT NULL,
  price_minor BIGINT,
  quantity_milli BIGINT NOT NULL,
  amount_minor BIGINT,
  currency VARCHAR NOT NULL
);
CREATE TABLE kept_holding (
  strand BIGINT NOT NULL,
  from_at TIMESTAMP,
  until_at TIMESTAMP,
  person_id BIGINT NOT NULL
);
