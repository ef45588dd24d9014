-- Raise backends.duckdb.lake.STAMP with any change here: the copy is made anew.
CREATE TABLE standing (
  stamp VARCHAR NOT NULL,
  "offset" BIGINT NOT NULL,
  -- The log's chain at this offset: a copy of another log is none of ours.
  mark VARCHAR NOT NULL,
  -- Who has changed up to here was read, or is owed; events may be behind.
  noted BIGINT NOT NULL,
  -- Events written since they were last brought in order.
  loose BIGINT NOT NULL,
  -- Rows were erased, and their bytes may lie in the file still.
  unscrubbed BOOLEAN NOT NULL,
  -- All that people hold and are, and all that was bought, is here.
  whole BOOLEAN NOT NULL
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
  properties VARCHAR NOT NULL,
  came VARCHAR,
  device VARCHAR
);
-- What events report of orders, receipts and returns, once more: to read the few
-- among all that was done takes longer than what is made of them.
CREATE TABLE kept_report (
  log_offset BIGINT NOT NULL,
  happened_at TIMESTAMP NOT NULL,
  strand BIGINT,
  name VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  store VARCHAR,
  channel VARCHAR NOT NULL,
  verified BOOLEAN NOT NULL,
  object VARCHAR NOT NULL,
  status VARCHAR,
  currency VARCHAR,
  amount_minor BIGINT,
  has_lines BOOLEAN NOT NULL
);
-- When the last event of a strand was, of whatever name: who asks for any event asks
-- mostly whether there was one. A strand may have several rows, the latest counts.
CREATE TABLE kept_last (
  strand BIGINT NOT NULL,
  last_at TIMESTAMP NOT NULL
);
-- What events tell of goods; reports tell it in a table of their own, for the same reason
-- as they have one themselves.
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
CREATE TABLE kept_report_line (
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
  person_id BIGINT NOT NULL,
  identifier_kind VARCHAR NOT NULL
);
CREATE TABLE kept_fact (
  person_id BIGINT NOT NULL,
  name VARCHAR NOT NULL,
  text VARCHAR,
  number DECIMAL(38, 0),
  truth BOOLEAN,
  moment_us BIGINT,
  day VARCHAR,
  masked TINYINT NOT NULL
);
CREATE TABLE kept_allowed (
  person_id BIGINT NOT NULL,
  contact INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  purpose VARCHAR NOT NULL,
  channel VARCHAR NOT NULL,
  granted_us BIGINT,
  withdrawn_us BIGINT,
  refused_us BIGINT,
  pending BOOLEAN NOT NULL
);
CREATE TABLE kept_purchase (
  purchase_id BIGINT NOT NULL,
  key VARCHAR NOT NULL,
  happened_at TIMESTAMP NOT NULL,
  strand BIGINT NOT NULL,
  kind VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  store VARCHAR,
  channel VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  amount_minor BIGINT NOT NULL,
  returned_minor BIGINT NOT NULL,
  counted BOOLEAN NOT NULL,
  claimed BOOLEAN NOT NULL,
  simulated BOOLEAN NOT NULL,
  properties VARCHAR NOT NULL
);
-- Lines of these, and beside each what is asked of its purchase: to join the two takes
-- longer than what is made of them.
CREATE TABLE kept_bought (
  purchase_id BIGINT NOT NULL,
  line INTEGER NOT NULL,
  product VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  category VARCHAR NOT NULL,
  brand VARCHAR NOT NULL,
  price_minor BIGINT,
  quantity_milli BIGINT NOT NULL,
  amount_minor BIGINT,
  currency VARCHAR NOT NULL,
  happened_at TIMESTAMP NOT NULL,
  strand BIGINT NOT NULL,
  kind VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  store VARCHAR,
  channel VARCHAR NOT NULL,
  counted BOOLEAN NOT NULL
);
-- Who has changed while others came: their rows are older than the offset says.
CREATE TABLE kept_owed (
  sort VARCHAR NOT NULL,
  number BIGINT,
  key VARCHAR
);
-- Sessions as rules made them (journey/journey.sql). Those of the stale are of before
-- they changed: nobody looks at them, and they go before bytes are said to be gone.
CREATE TABLE kept_session (
  person_id BIGINT NOT NULL,
  since_us BIGINT NOT NULL,
  until_us BIGINT NOT NULL,
  log_offset BIGINT NOT NULL,
  contact VARCHAR NOT NULL,
  side VARCHAR NOT NULL,
  store VARCHAR NOT NULL,
  channel VARCHAR NOT NULL,
  campaign VARCHAR NOT NULL,
  device VARCHAR NOT NULL,
  acts BIGINT NOT NULL,
  spoken BOOLEAN NOT NULL,
  day DATE NOT NULL,
  names VARCHAR[] NOT NULL,
  search BIGINT NOT NULL,
  compare BIGINT NOT NULL,
  recommend BIGINT NOT NULL,
  buy BIGINT NOT NULL,
  use BIGINT NOT NULL
);
-- What who bought looked at online or tried in a store, before they bought last
-- (journey/ropo.sql), and since when they are seen on a side: kept as sessions are.
CREATE TABLE kept_look (
  person_id BIGINT NOT NULL,
  at_us BIGINT NOT NULL,
  log_offset BIGINT NOT NULL,
  source VARCHAR NOT NULL,
  store VARCHAR NOT NULL,
  side VARCHAR NOT NULL,
  product VARCHAR NOT NULL,
  category VARCHAR NOT NULL,
  brand VARCHAR NOT NULL
);
CREATE TABLE kept_side (
  person_id BIGINT NOT NULL,
  side VARCHAR NOT NULL,
  since_us BIGINT NOT NULL
);
-- Of who bought, the sessions that may have led to it, in order (journey/journey.sql):
-- to find them among all of everybody takes longer than what is made of them.
CREATE TABLE kept_walk (
  person_id BIGINT NOT NULL,
  met STRUCT(
    since_us BIGINT, log_offset BIGINT, channel VARCHAR, device VARCHAR,
    spoken BOOLEAN, "day" DATE)[] NOT NULL
);
-- When somebody did what, by contact: each moment of it, in order.
CREATE TABLE kept_did (
  person_id BIGINT NOT NULL,
  name VARCHAR NOT NULL,
  channel VARCHAR NOT NULL,
  times BIGINT[] NOT NULL
);
CREATE TABLE kept_stale (
  person_id BIGINT NOT NULL
);
-- By which rules; no row if none are kept.
CREATE TABLE kept_rules (
  stamp VARCHAR NOT NULL
);
