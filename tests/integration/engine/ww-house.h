/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-client-private.h"

G_BEGIN_DECLS

/*
 * What the engine's tests live in: the real waxwing-server in a directory of its own, clients in this process with the
 * session's real keyring, mails that are read and confirmed. Waiting is always for something, with a limit after which
 * the test fails.
 */
typedef struct
{
  char *directory;
  GSubprocess *server;
  char *url;
  guint n_mails;      /* confirmed so far */
  gboolean strangers; /* requests are left to the test; otherwise they are accepted as they come */
  guint n_codes;      /* read so far */
  gint64 clock_offset_ms;
} WwHouse;

WwHouse *ww_house_new (void);
/* Whose server holds claims for that many hours; 0: not at all. */
WwHouse *ww_house_new_holding (guint hours);
/* With a configuration file of that text; "@DIRECTORY@" in it is the house's own, where the file "secret" holds a secret. */
#define WW_HOUSE_SECRET "a secret"
WwHouse *ww_house_new_configured (const char *config);
void ww_house_free (WwHouse *self);
/* Kills the server and starts it again on the same port. */
void ww_house_restart (WwHouse *self);
/* The same, with its clock moved by that much against the real one. */
void ww_house_restart_at (WwHouse *self, gint64 clock_offset_ms);

/* Runs the main loop until the future is there. Transfer full. Fails the test on an error, or after 60 s. */
void ww_house_await (DexFuture *future);
gpointer ww_house_await_object (DexFuture *future);
char *ww_house_await_string (DexFuture *future);
/* Runs the main loop until it rejects; the error. */
GError *ww_house_await_error (DexFuture *future);
/* Runs the main loop until the condition holds. */
typedef gboolean (*WwHouseCondition) (gpointer data);
void ww_house_wait (WwHouseCondition condition, gpointer data, const char *what);
/* Until a WwClient, WwEnrolment or WwHandleAddition has the state. */
void ww_house_wait_state (gpointer object, int state);
/* Runs the main loop until it rejects with an error of that code. */
void ww_house_await_code (DexFuture *future, const char *code);
/* The account's addresses and numbers, joined by spaces, are these. */
void ww_house_assert_handles (WwClient *client, const char *joined);
/* A directory and all that is in it. */
void ww_house_remove_tree (const char *path);
/* Lets the main loop do what is ready. */
void ww_house_spin (guint ms);

/* Opened, not enrolled. `server` NULL: the house's own. */
WwClient *ww_house_open (WwHouse *self, const char *profile);
/* Starts an enrolment at the house's server; the future of its end. */
DexFuture *ww_house_begin (WwHouse *self, WwClient *client, const char *handle, WwEnrolmentFlags flags);
/* Presses the button of the newest mail's page, when it has come. */
void ww_house_confirm (WwHouse *self);
/* The code in the newest message to a telephone, when it has come. */
char *ww_house_read_code (WwHouse *self);
/* What the gateway does when a message came in. The status that the server answers. */
guint ww_house_receive_message (WwHouse *self, const char *secret, const char *from, const char *text);
/* A new account, online. */
WwClient *ww_house_enrol (WwHouse *self, const char *profile, const char *server, const char *handle);
/* Another device of `approver`'s account, online. */
WwClient *ww_house_join (WwHouse *self, const char *profile, WwClient *approver, const char *handle);
/* The same over another server than the house's own, as `server` of ww_house_enrol(). */
WwClient *ww_house_join_over (WwHouse *self, const char *profile, const char *server, WwClient *approver,
                              const char *handle);
void ww_house_close (WwClient *client);

/* The texts of a conversation, joined by "|". */
char *ww_house_texts (WwClient *client, const char *handle);
void ww_house_wait_texts (WwClient *client, const char *handle, const char *texts);

G_END_DECLS
