-- SPDX-License-Identifier: GPL-3.0-or-later
-- A client's store of version 2, as the program of that time left it. Never to be changed.
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE records (account BLOB NOT NULL, sequence INTEGER NOT NULL, hash BLOB NOT NULL, record BLOB NOT NULL,
                      signature BLOB NOT NULL, PRIMARY KEY (account, sequence)) WITHOUT ROWID;
CREATE TABLE handles (handle TEXT PRIMARY KEY, account BLOB NOT NULL, checked_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE contacts (account BLOB PRIMARY KEY, name TEXT NOT NULL DEFAULT '', handle TEXT NOT NULL DEFAULT '',
                       weak INTEGER NOT NULL DEFAULT 0, problem TEXT) WITHOUT ROWID;
CREATE TABLE conversations (id BLOB PRIMARY KEY, peer BLOB NOT NULL, created_ms INTEGER NOT NULL,
                            last_position INTEGER NOT NULL, read_position INTEGER NOT NULL DEFAULT 0,
                            unread INTEGER NOT NULL DEFAULT 0, draft TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE INDEX conversations_by_last ON conversations (last_position DESC);
CREATE TABLE messages (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, conversation BLOB NOT NULL, position INTEGER NOT NULL,
                       account BLOB NOT NULL, device BLOB NOT NULL, created_ms INTEGER NOT NULL, outgoing INTEGER NOT NULL,
                       state INTEGER NOT NULL, kind INTEGER NOT NULL, suite INTEGER NOT NULL, payload BLOB NOT NULL,
                       text TEXT NOT NULL, content_hash BLOB, error TEXT);
CREATE UNIQUE INDEX messages_by_position ON messages (conversation, position);
CREATE TABLE outbox (row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, conversation BLOB, peer BLOB, kind INTEGER NOT NULL,
                     created_ms INTEGER NOT NULL, payload BLOB NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
                     next_ms INTEGER NOT NULL DEFAULT 0);
CREATE TABLE seen (id BLOB PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE refused (row INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, code TEXT NOT NULL, delivery BLOB NOT NULL);
CREATE TABLE alerts (row INTEGER PRIMARY KEY, kind INTEGER NOT NULL, at_ms INTEGER NOT NULL, device BLOB, device_name TEXT,
                     handle TEXT, code TEXT, detail TEXT, seen INTEGER NOT NULL DEFAULT 0, notified INTEGER NOT NULL DEFAULT 0,
                     source BLOB UNIQUE);
CREATE TABLE approvals (device BLOB PRIMARY KEY, nonce BLOB NOT NULL, pending BLOB NOT NULL, revealed BLOB,
                        tries INTEGER NOT NULL DEFAULT 0, expires_ms INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('kept', 'since version 1');
INSERT INTO contacts (account, name, handle, weak) VALUES (x'b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0', 'Bob', 'mailto:bob@example.org', 0);
INSERT INTO conversations (id, peer, created_ms, last_position, read_position, unread, draft)
  VALUES (x'c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0', x'b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0', 1700000000000, 1700000000003, 1700000000002, 1, 'half a thought');
INSERT INTO messages (row, id, conversation, position, account, device, created_ms, outgoing, state, kind, suite, payload, text)
  VALUES (1, x'00000000000000000000000000000001', x'c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0', 1700000000001, x'b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0', x'd0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0', 1700000000001, 0, 4, 1, 2, x'0a07', 'The kettle is on'),
         (2, x'00000000000000000000000000000002', x'c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0', 1700000000002, x'a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0', x'd0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0', 1700000000002, 1, 3, 1, 2, x'0a07', 'I bring walnut bread'),
         (3, x'00000000000000000000000000000003', x'c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0', 1700000000003, x'b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0', x'd0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0', 1700000000003, 0, 4, 1, 2, x'0a07', '日本語のお茶');
INSERT INTO outbox (id, conversation, peer, kind, created_ms, payload) VALUES (x'00000000000000000000000000000004', NULL, x'b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0', 2, 1700000000004, x'0a00');
INSERT INTO alerts (kind, at_ms, device, device_name, seen, source) VALUES (1, 1700000000000, x'd0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0', 'tablet', 1, x'01');
ALTER TABLE contacts ADD COLUMN standing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN trusted_key BLOB;
ALTER TABLE contacts ADD COLUMN account_key BLOB;
ALTER TABLE contacts ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN changed_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN handles TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN took INTEGER NOT NULL DEFAULT 0;
INSERT OR IGNORE INTO contacts (account) SELECT peer FROM conversations;
UPDATE contacts SET standing = 2 WHERE account IN (SELECT peer FROM conversations);
CREATE TABLE additions (handle TEXT PRIMARY KEY, token BLOB NOT NULL, inbound INTEGER NOT NULL, send_to TEXT, send_text TEXT,
                        expires_ms INTEGER NOT NULL, resend_at_ms INTEGER NOT NULL, held_until_ms INTEGER NOT NULL DEFAULT 0, error TEXT)
                        WITHOUT ROWID;
ALTER TABLE alerts ADD COLUMN claim BLOB;
ALTER TABLE alerts ADD COLUMN due_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN claim_state INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN notice TEXT;
UPDATE contacts SET standing=2, verified=1, changed_ms=7, trusted_key=x'0404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404', account_key=x'0404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404040404';
INSERT INTO additions (handle, token, inbound, expires_ms, resend_at_ms) VALUES ('mailto:new@example.org', x'01', 0, 1, 2);
PRAGMA application_id=1466005591;
PRAGMA user_version=2;
