-- Each webhook has its turn: what is due is looked up by webhook, so that one that never answers holds up no other.
DROP INDEX webhook_delivery_due;
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_at) WHERE state = 'waiting';
