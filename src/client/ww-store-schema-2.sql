-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 2: what the person decided about others, addresses on their way into the account, claims, notices.

-- standing: 0 nothing yet, 1 request, 2 accepted, 3 blocked (as in ContactState). trusted_key: the account key with which the
-- person last agreed to write; sending stops while the current record has another. verified: the safety number of it was
-- compared. handles: all of the current record, in its order, with spaces between them. took: has an address that somebody
-- verified gave up, which the conversation says when it begins. What the records of version 1 say is filled in by
-- ww-store-schema.c.
ALTER TABLE contacts ADD COLUMN standing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN trusted_key BLOB;
ALTER TABLE contacts ADD COLUMN account_key BLOB;  -- of the current record
ALTER TABLE contacts ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN changed_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN handles TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN took INTEGER NOT NULL DEFAULT 0;
-- Whoever there is a conversation with was written to, or shown, before there were requests.
INSERT OR IGNORE INTO contacts (account) SELECT peer FROM conversations;
UPDATE contacts SET standing = 2 WHERE account IN (SELECT peer FROM conversations);

-- Addresses of the own account whose verification is under way. error: the code with which it failed, until the person has
-- seen it.
CREATE TABLE additions (handle TEXT PRIMARY KEY, token BLOB NOT NULL, inbound INTEGER NOT NULL, send_to TEXT, send_text TEXT,
                        expires_ms INTEGER NOT NULL, resend_at_ms INTEGER NOT NULL, held_until_ms INTEGER NOT NULL DEFAULT 0, error TEXT)
                        WITHOUT ROWID;

-- Alerts about claims: the server's name of the claim, when it is due, and how it stands (as in Claim.State).
ALTER TABLE alerts ADD COLUMN claim BLOB;
ALTER TABLE alerts ADD COLUMN due_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN claim_state INTEGER NOT NULL DEFAULT 0;

-- Rows that nobody sent: what this device has to say in a conversation ("identity-changed"). Their text is the code.
ALTER TABLE messages ADD COLUMN notice TEXT;
