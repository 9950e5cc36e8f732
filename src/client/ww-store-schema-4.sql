-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 4: what is said about messages later, and settings.

-- reply_to: the message that this one answers. edited_ms: of the wording that counts; 0: as it was sent. detailed: the payload
-- has more than text and reply_to, so that what is shown needs it.
ALTER TABLE messages ADD COLUMN reply_to BLOB;
ALTER TABLE messages ADD COLUMN edited_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN detailed INTEGER NOT NULL DEFAULT 0;

-- One for each person and message; '' is one that was taken away, kept so that an earlier one that comes later counts no
-- more. id: of the message that brought it.
CREATE TABLE tapbacks (message BLOB NOT NULL, account BLOB NOT NULL, emoji TEXT NOT NULL, at_ms INTEGER NOT NULL, id BLOB NOT NULL,
                       PRIMARY KEY (message, account)) WITHOUT ROWID;
-- Every wording of a message that was edited, the first one included.
CREATE TABLE wordings (message BLOB NOT NULL, at_ms INTEGER NOT NULL, id BLOB NOT NULL, text TEXT NOT NULL,
                       PRIMARY KEY (message, at_ms, id)) WITHOUT ROWID;
-- What came before its message: the payload as it came, who sent it, when they say and when it came.
CREATE TABLE amendments (id BLOB PRIMARY KEY, message BLOB NOT NULL, account BLOB NOT NULL, conversation BLOB NOT NULL,
                         created_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL, payload BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX amendments_by_message ON amendments (message);
-- Messages that the person deleted: what is said about them later is for nobody.
CREATE TABLE deleted (id BLOB PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;

-- Who has a message of the own account: the best state of each person, as WwMessageState.
CREATE TABLE deliveries (message BLOB NOT NULL, account BLOB NOT NULL, state INTEGER NOT NULL, at_ms INTEGER NOT NULL,
                         PRIMARY KEY (message, account)) WITHOUT ROWID;

-- Registers that the own devices share; conversation: x'' for those of the account. What a list of conversations needs of them
-- stands in `conversations` too.
CREATE TABLE settings (conversation BLOB NOT NULL, key TEXT NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL,
                       changed_ms INTEGER NOT NULL, PRIMARY KEY (conversation, key)) WITHOUT ROWID;
ALTER TABLE conversations ADD COLUMN muted_until_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN receipts INTEGER NOT NULL DEFAULT 0;
