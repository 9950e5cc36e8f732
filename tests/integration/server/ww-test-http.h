/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-test-client.h"

/*
 * HTTP by hand, so that a test can send what no library would, stop in the middle, and let go when it likes.
 */

typedef struct
{
  GSocketConnection *connection;
  GByteArray *received; /* and not looked at */
} TestHttp;

typedef struct
{
  unsigned status; /* 0: the server hung up instead */
  char *headers;   /* in lower case */
  GByteArray *body;
} TestAnswer;

TestHttp *test_http_new (TestServer *server);
void test_http_free (TestHttp *self); /* hangs up */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestHttp, test_http_free)
/* False: the server hung up. */
bool test_http_send (TestHttp *self, const void *data, size_t len);
/* Waits for the answer; `head` when it has no body whatever it says. */
TestAnswer *test_http_answer (TestHttp *self, bool head);
/* Whether the server hangs up before this many milliseconds have passed. */
bool test_http_is_closed (TestHttp *self, unsigned wait_ms);
void test_answer_free (TestAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestAnswer, test_answer_free)
/* The value of a header, or NULL. */
char *test_answer_header (const TestAnswer *self, const char *name);
/* As a number; -1: there is no such header. */
gint64 test_answer_number (const TestAnswer *self, const char *name);
