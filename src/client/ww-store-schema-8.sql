-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 8: history that goes from one own device to another.

-- The archives that this device gives: one for each device. state: as WwHistoryState. total: messages in it, about. chunks: so many the
-- other device has in place, with so many messages; section, after and row say where the next one begins (WwArchiveCursor).
-- uploading: the sealed file of a chunk on its way to the server, below the profile's directory "attachments".
CREATE TABLE history_given (device BLOB PRIMARY KEY, archive BLOB NOT NULL, state INTEGER NOT NULL, total INTEGER NOT NULL,
                            chunks INTEGER NOT NULL, messages INTEGER NOT NULL, section INTEGER NOT NULL, after BLOB NOT NULL,
                            row INTEGER NOT NULL, uploading TEXT) WITHOUT ROWID;
-- Chunks that were sent. messages, section, after, row: as above, behind this one. over: it is in place there, or is made again;
-- its file may go.
CREATE TABLE history_sent (device BLOB NOT NULL, archive BLOB NOT NULL, chunk INTEGER NOT NULL, file TEXT NOT NULL, last INTEGER NOT NULL,
                           messages INTEGER NOT NULL, section INTEGER NOT NULL, after BLOB NOT NULL, row INTEGER NOT NULL,
                           over INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (file)) WITHOUT ROWID;

-- The archives that this device takes, or took. chunks: so many are in place here, with so many messages. tries: of having the next one
-- made again. error: the code with which it failed.
CREATE TABLE history_taken (device BLOB PRIMARY KEY, archive BLOB NOT NULL, state INTEGER NOT NULL, total INTEGER NOT NULL,
                            chunks INTEGER NOT NULL DEFAULT 0, messages INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0,
                            error TEXT) WITHOUT ROWID;
-- Chunks that are on the server and are not in place: a serialised Attachment.
CREATE TABLE history_chunks (device BLOB NOT NULL, chunk INTEGER NOT NULL, attachment BLOB NOT NULL, messages INTEGER NOT NULL,
                             PRIMARY KEY (device, chunk)) WITHOUT ROWID;
