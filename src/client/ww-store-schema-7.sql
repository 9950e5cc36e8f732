-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 7: files in messages.

-- Files of own messages that are not on the server yet. The message stays in the outbox until it has none. file: of the row of
-- `transfers` that brings it there; without one it was never sealed.
CREATE TABLE uploads (message BLOB NOT NULL, ordinal INTEGER NOT NULL, file TEXT NOT NULL, PRIMARY KEY (message, ordinal)) WITHOUT ROWID;
-- Whose file it is: what its message is told to forget goes with it, in the same transaction. 6: WW_MESSAGE_KIND_UNSENT.
ALTER TABLE transfers ADD COLUMN message BLOB;
CREATE INDEX transfers_by_message ON transfers (message) WHERE message IS NOT NULL;
CREATE TRIGGER files_deleted AFTER DELETE ON messages BEGIN
  DELETE FROM transfers WHERE message = old.id;
  DELETE FROM uploads WHERE message = old.id;
END;
CREATE TRIGGER files_unsent AFTER UPDATE OF kind ON messages WHEN new.kind = 6 BEGIN
  DELETE FROM transfers WHERE message = new.id;
  DELETE FROM uploads WHERE message = new.id;
END;

-- names: what its files, its card and what is behind its link are called, one a line: found by searching, like its text.
ALTER TABLE messages ADD COLUMN names TEXT NOT NULL DEFAULT '';
DROP TRIGGER search_insert;
DROP TRIGGER search_delete;
DROP TRIGGER search_update;
DROP VIEW search_source;
CREATE VIEW search_source AS SELECT row, text || char (10) || names AS text, char (1) || lower (hex (conversation)) AS scope
  FROM messages WHERE (text <> '' OR names <> '') AND notice IS NULL;
CREATE TRIGGER search_insert AFTER INSERT ON messages
  WHEN (new.text <> '' OR new.names <> '') AND new.notice IS NULL AND new.row >= (SELECT first FROM search_state) BEGIN
  INSERT INTO search (rowid, text, scope)
    VALUES (new.row, new.text || char (10) || new.names, char (1) || lower (hex (new.conversation)));
END;
CREATE TRIGGER search_delete AFTER DELETE ON messages
  WHEN (old.text <> '' OR old.names <> '') AND old.notice IS NULL AND old.row >= (SELECT first FROM search_state) BEGIN
  INSERT INTO search (search, rowid, text, scope)
    VALUES ('delete', old.row, old.text || char (10) || old.names, char (1) || lower (hex (old.conversation)));
END;
CREATE TRIGGER search_update AFTER UPDATE OF row, text, names, notice, conversation ON messages BEGIN
  INSERT INTO search (search, rowid, text, scope)
    SELECT 'delete', old.row, old.text || char (10) || old.names, char (1) || lower (hex (old.conversation))
    WHERE (old.text <> '' OR old.names <> '') AND old.notice IS NULL AND old.row >= (SELECT first FROM search_state);
  INSERT INTO search (rowid, text, scope)
    SELECT new.row, new.text || char (10) || new.names, char (1) || lower (hex (new.conversation))
    WHERE (new.text <> '' OR new.names <> '') AND new.notice IS NULL AND new.row >= (SELECT first FROM search_state);
END;
