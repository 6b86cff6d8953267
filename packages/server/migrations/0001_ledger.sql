-- The ledger: entries are inserted in the transaction of the change they record; one sealer at a time then gives them their
-- place in the chain and the tree. Everything but the queue and the sealer's state only grows.

CREATE TABLE ledger_identity (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- Id of the ledger and origin of its checkpoints.
  ledger     text NOT NULL,
  -- <name>+<key id>+<base64>, as C2SP signed notes write it: a process with another key must not sign for it.
  public_key text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE ledger_entry (
  position   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id         text NOT NULL UNIQUE,
  type       text NOT NULL,
  subject    text NOT NULL,
  actor      text NOT NULL,
  time       timestamptz NOT NULL,
  -- RFC 8785 text of the whole entry: what is hashed. The other columns repeat it for queries; verification compares them.
  canonical  text NOT NULL,
  data       jsonb NOT NULL
);

CREATE INDEX ledger_entry_type ON ledger_entry (type text_pattern_ops, position);
CREATE INDEX ledger_entry_model ON ledger_entry ((data ->> 'model'), position);
CREATE INDEX ledger_entry_subject ON ledger_entry (subject, position);

-- Entries that wait for the sealer: committed with the entry, whatever the order in which transactions commit.
CREATE TABLE ledger_unsealed (
  position bigint PRIMARY KEY
);

CREATE TABLE ledger_seal (
  seq        bigint PRIMARY KEY,
  position   bigint NOT NULL UNIQUE REFERENCES ledger_entry (position),
  leaf_hash  bytea NOT NULL,
  -- Unique links: a fork of the chain is an error.
  prev_hash  bytea NOT NULL UNIQUE,
  chain_hash bytea NOT NULL UNIQUE
);

-- Completed inner nodes of the Merkle tree, for proofs.
CREATE TABLE ledger_node (
  level integer NOT NULL,
  index bigint NOT NULL,
  hash  bytea NOT NULL,
  PRIMARY KEY (level, index)
);

-- Where the sealer stands; its row lock lets one seal at a time.
CREATE TABLE ledger_head (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  size       bigint NOT NULL,
  chain_hash bytea NOT NULL,
  peaks      bytea[] NOT NULL
);

CREATE TABLE ledger_checkpoint (
  size       bigint PRIMARY KEY,
  root       bytea NOT NULL,
  note       text NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE FUNCTION ledger_enqueue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_unsealed SELECT position FROM written;
  PERFORM pg_notify('dividend_ledger', '');
  RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_enqueue AFTER INSERT ON ledger_entry
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_enqueue();

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The ledger only grows: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_entry_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_seal_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_seal FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_node_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_node FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_checkpoint_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_identity_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_identity FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
