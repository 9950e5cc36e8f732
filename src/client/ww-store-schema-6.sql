-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 6: files of own messages that are not on the server yet. The message stays in the outbox until it has none.
-- file: of the row of `transfers` that brings it there; without one it was never sealed.
CREATE TABLE uploads (message BLOB NOT NULL, ordinal INTEGER NOT NULL, file TEXT NOT NULL, PRIMARY KEY (message, ordinal)) WITHOUT ROWID;
