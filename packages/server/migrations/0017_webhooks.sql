-- Webhooks and what is to be delivered to them: written in the transaction of the change, sent afterwards.

CREATE TABLE webhook (
  webhook_id  text COLLATE "C" PRIMARY KEY,
  name        text NOT NULL,
  description text,
  url         text NOT NULL,
  -- entity.action, as registered_model.created.
  events      text[] NOT NULL,
  -- Sealed with the key in the home folder.
  secret      bytea,
  status      text NOT NULL CHECK (status IN ('ACTIVE', 'DISABLED')),
  created_ms  bigint NOT NULL,
  updated_ms  bigint NOT NULL
);

CREATE TABLE webhook_delivery (
  position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery_id text NOT NULL UNIQUE DEFAULT gen_random_uuid()::text,
  webhook_id  text COLLATE "C" NOT NULL REFERENCES webhook ON DELETE CASCADE,
  event       text NOT NULL,
  body        text NOT NULL,
  state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
  attempts    integer NOT NULL DEFAULT 0,
  created_at  timestamptz NOT NULL,
  -- The next attempt; while one is under way, when it counts as lost.
  next_at     timestamptz NOT NULL,
  ended_at    timestamptz,
  last_status integer,
  last_error  text
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook_id, position DESC);
