-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 3: attachments on their way.

-- direction: 1 up, 2 down. state: 1 running, 2 paused, 3 done, 4 failed. file: the sealed bytes, below the profile's directory
-- "attachments". id and tokens: NULL until the server has given them. size: of the file; done: sealed bytes that the server
-- has acknowledged. error: the code with which it failed.
CREATE TABLE transfers (row INTEGER PRIMARY KEY AUTOINCREMENT, direction INTEGER NOT NULL, state INTEGER NOT NULL, file TEXT NOT NULL UNIQUE,
                        id BLOB, upload_token BLOB, download_token BLOB, key BLOB NOT NULL, hash BLOB NOT NULL, size INTEGER NOT NULL,
                        done INTEGER NOT NULL DEFAULT 0, error TEXT);
