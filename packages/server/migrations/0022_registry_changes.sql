-- Texts that ledger entries only commit to (descriptions, tags): what opens the commitment. Removing a row erases the text and
-- leaves the ledger whole. Without foreign keys: the text may be gone before or after anything else.

CREATE TABLE ledger_opening (
  -- 64 hex digits, as the entry has it.
  commitment text COLLATE "C" PRIMARY KEY,
  salt       bytea NOT NULL,
  field      text NOT NULL,
  value      text NOT NULL
);
