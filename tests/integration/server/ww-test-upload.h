/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-test-http.h"

/* What belongs to one attachment, and the requests that a client makes for it. */
typedef struct
{
  TestServer *server;
  char id[2 * WW_ID_SIZE + 1];
  uint8_t raw_id[WW_ID_SIZE];
  char upload[2 * WW_TOKEN_SIZE + 1];
  char download[2 * WW_TOKEN_SIZE + 1];
  uint64_t size;
} TestUpload;

/* PrepareUpload. */
TestUpload *test_upload_new (TestServer *server, TestLink *link, uint64_t size);
void test_upload_free (TestUpload *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestUpload, test_upload_free)
/* Byte i of every file here. */
uint8_t test_upload_byte (uint64_t i);
GByteArray *test_upload_bytes (uint64_t first, size_t len);

/* The head of a PUT of these bytes, as it should be. */
char *test_upload_put_head (const TestUpload *self, uint64_t first, size_t len);
/* One part, whole. */
TestAnswer *test_upload_put (const TestUpload *self, uint64_t first, size_t len);
/* Parts from `first` to the end; each has to be accepted. */
void test_upload_put_rest (const TestUpload *self, uint64_t first, size_t part);
/* HEAD; the offset, or -1 when the answer is another one than 204. */
gint64 test_upload_offset (const TestUpload *self);
/* With this token; `range` may be NULL. */
TestAnswer *test_upload_get (const TestUpload *self, const char *token, const char *range);
/* All of it comes back. */
void test_upload_assert_whole (const TestUpload *self);
/* Where the server has it. */
char *test_upload_path (const TestUpload *self);

/* A server, one person's device, and its link. */
typedef struct
{
  TestServer *server;
  TestDevice *device;
  TestLink *link; /* may be let go of earlier */
} TestUploads;

TestUploads test_uploads_begin (const char *config);
void test_uploads_end (TestUploads *self);
