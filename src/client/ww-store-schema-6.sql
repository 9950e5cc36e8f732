-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 6: groups.

-- The log of each group, in an order in which it can be read. Only what was checked is here.
CREATE TABLE group_changes (row INTEGER PRIMARY KEY, grp BLOB NOT NULL, hash BLOB NOT NULL, change BLOB NOT NULL, signature BLOB NOT NULL,
                            UNIQUE (grp, hash));
-- Changes that came before those that they follow.
CREATE TABLE group_waiting (row INTEGER PRIMARY KEY, grp BLOB NOT NULL, hash BLOB NOT NULL, change BLOB NOT NULL, signature BLOB NOT NULL,
                            at_ms INTEGER NOT NULL, UNIQUE (grp, hash));
-- What follows from the log. heads: of the log, one after the other. picture: the image whose hash the log names, once it is here.
CREATE TABLE groups (id BLOB PRIMARY KEY, name TEXT NOT NULL, heads BLOB NOT NULL, picture_hash BLOB, picture BLOB,
                     left INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE group_members (grp BLOB NOT NULL, account BLOB NOT NULL, PRIMARY KEY (grp, account)) WITHOUT ROWID;
CREATE INDEX group_members_by_account ON group_members (account);
-- Deliveries that were sealed on changes which are not here yet.
CREATE TABLE group_held (row INTEGER PRIMARY KEY, grp BLOB NOT NULL, at_ms INTEGER NOT NULL, event BLOB NOT NULL);
-- What was asked for, so that it is asked for once.
CREATE TABLE group_asked (what BLOB PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID;

-- Who gets a row of the outbox although they are not in the group any more: ids, one after the other.
ALTER TABLE outbox ADD COLUMN extra BLOB;
