-- SPDX-License-Identifier: GPL-3.0-or-later
-- Searching in what people write.

-- first: messages from this row on are in the index. Older ones are put in bit by bit, newest first. checked_ms: when the check
-- of the index was last through; checked_row: how far the present one is.
CREATE TABLE search_state (one INTEGER PRIMARY KEY CHECK (one = 1), first INTEGER NOT NULL, checked_ms INTEGER NOT NULL DEFAULT 0,
                           checked_row INTEGER NOT NULL DEFAULT -9223372036854775808);
INSERT INTO search_state (one, first) SELECT 1, coalesce (max (row) + 1, -9223372036854775808) FROM messages;

-- What the index holds. A notice's text is a code of this device.
CREATE VIEW search_source AS SELECT row, text, char (1) || lower (hex (conversation)) AS scope FROM messages
  WHERE text <> '' AND notice IS NULL;
-- The tokens are those of ww-search-tokenizer.c. Which row has them is all that is kept: each hit is looked at anyway.
CREATE VIRTUAL TABLE search USING fts5 (text, scope, content='search_source', content_rowid='row', tokenize='waxwing', detail=none,
                                        columnsize=0);
-- What is deleted leaves nothing in the index.
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER search_insert AFTER INSERT ON messages
  WHEN new.text <> '' AND new.notice IS NULL AND new.row >= (SELECT first FROM search_state) BEGIN
  INSERT INTO search (rowid, text, scope) VALUES (new.row, new.text, char (1) || lower (hex (new.conversation)));
END;
CREATE TRIGGER search_delete AFTER DELETE ON messages
  WHEN old.text <> '' AND old.notice IS NULL AND old.row >= (SELECT first FROM search_state) BEGIN
  INSERT INTO search (search, rowid, text, scope) VALUES ('delete', old.row, old.text, char (1) || lower (hex (old.conversation)));
END;
CREATE TRIGGER search_update AFTER UPDATE OF row, text, notice, conversation ON messages BEGIN
  INSERT INTO search (search, rowid, text, scope) SELECT 'delete', old.row, old.text, char (1) || lower (hex (old.conversation))
    WHERE old.text <> '' AND old.notice IS NULL AND old.row >= (SELECT first FROM search_state);
  INSERT INTO search (rowid, text, scope) SELECT new.row, new.text, char (1) || lower (hex (new.conversation))
    WHERE new.text <> '' AND new.notice IS NULL AND new.row >= (SELECT first FROM search_state);
END;
