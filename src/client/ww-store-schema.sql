-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 1 of the client's store. Times are milliseconds since 1970. Ids and hashes are blobs.
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

-- Verified account records, the own account's and others'. Only what ww_record_check_chain() accepted is here.
CREATE TABLE records (account BLOB NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL, record BLOB NOT NULL,
                      signature BLOB NOT NULL, PRIMARY KEY (account, sequence)) WITHOUT ROWID;
CREATE TABLE handles (handle TEXT PRIMARY KEY, account BLOB NOT NULL, checked_ms INTEGER NOT NULL) WITHOUT ROWID;
-- `handle` and `weak` follow from the current record; they are here so that a list of conversations parses none.
CREATE TABLE contacts (account BLOB PRIMARY KEY, name TEXT NOT NULL DEFAULT '', handle TEXT NOT NULL DEFAULT '',
                       weak INTEGER NOT NULL DEFAULT 0, problem TEXT) WITHOUT ROWID;

CREATE TABLE conversations (id BLOB PRIMARY KEY, peer BLOB NOT NULL, created_ms INTEGER NOT NULL,
                            last_position INTEGER NOT NULL, read_position INTEGER NOT NULL DEFAULT 0,
                            unread INTEGER NOT NULL DEFAULT 0, draft TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE INDEX conversations_by_last ON conversations (last_position DESC);

-- `position` orders a conversation: unique in it, near the time of arrival, so that nobody's clock can reorder it.
CREATE TABLE messages (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, conversation BLOB NOT NULL, position INTEGER NOT NULL,
                       account BLOB NOT NULL, device BLOB NOT NULL, created_ms INTEGER NOT NULL, outgoing INTEGER NOT NULL,
                       state INTEGER NOT NULL, kind INTEGER NOT NULL, suite INTEGER NOT NULL, payload BLOB NOT NULL,
                       text TEXT NOT NULL, content_hash BLOB, error TEXT);
CREATE UNIQUE INDEX messages_by_position ON messages (conversation, position);

-- What still has to go out, in order. Silent payloads (receipts, read state) have no row in `messages`.
CREATE TABLE outbox (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, conversation BLOB, peer BLOB, kind INTEGER NOT NULL,
                     created_ms INTEGER NOT NULL, payload BLOB NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
                     next_ms INTEGER NOT NULL DEFAULT 0);
-- Ids of silent messages already handled; messages' own ids are in `messages`. Pruned after 60 days.
CREATE TABLE seen (id BLOB PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
-- Deliveries that were refused: kept, so that nothing is lost, at most 1,000.
CREATE TABLE refused (row INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, code TEXT NOT NULL, delivery BLOB NOT NULL);

CREATE TABLE alerts (row INTEGER PRIMARY KEY, kind INTEGER NOT NULL, at_ms INTEGER NOT NULL, device BLOB, device_name TEXT,
                     handle TEXT, code TEXT, detail TEXT, seen INTEGER NOT NULL DEFAULT 0, notified INTEGER NOT NULL DEFAULT 0,
                     source BLOB UNIQUE);  -- what it derives from, so that it is there exactly once
-- Exchanges begun with pending devices: survives a restart of the approving side.
CREATE TABLE approvals (device BLOB PRIMARY KEY, nonce BLOB NOT NULL, pending BLOB NOT NULL, revealed BLOB,
                        tries INTEGER NOT NULL DEFAULT 0, expires_ms INTEGER NOT NULL) WITHOUT ROWID;
